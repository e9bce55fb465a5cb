/**
 * What is wrong with the blocks of a replica's states: each damaged piece of storage once, with all states that read it.
 *
 * Of the damage, DETAILS_MAX blocks are kept with their details; further ones are counted.
 */
const DETAILS_MAX = 10_000;
export class DamageLogs {
    #all = [];
    #files = [];
    /** Damaged blocks of the state in hand; null where there was no room for details. */
    #current = new Map();
    #more = 0;
    forgetAll() {
        this.#current.clear();
    }
    begin(point, blockSize, diskSize) {
        return new StateDamage({
            forget: ({ first, count }) => {
                if (count < this.#current.size)
                    for (let block = first; block < first + count; block++)
                        this.#current.delete(block);
                else
                    for (const block of [...this.#current.keys()])
                        if (block >= first && block < first + count)
                            this.#current.delete(block);
            },
            bad: (block, verdict) => {
                const offset = block * blockSize;
                const length = Math.min(blockSize, diskSize - offset);
                const entry = this.#all.length < DETAILS_MAX ? { offset, length, verdict, points: [] } : null;
                if (entry === null)
                    this.#more++;
                else
                    this.#all.push(entry);
                this.#current.set(block, entry);
                return { offset, length };
            },
            end: () => {
                for (const entry of this.#current.values())
                    entry?.points.push(point);
                return this.#current.size === 0;
            },
            hit: (hits) => this.#files.push({ point, hits }),
        });
    }
    finish() {
        return { blocks: this.#all, more: this.#more, files: this.#files };
    }
}
/** The damage of one state, while it is verified. */
export class StateDamage {
    #steps;
    #fresh = [];
    #isSound = true;
    constructor(steps) {
        this.#steps = steps;
    }
    /** True when no block of the state is damaged; known after `end`. */
    get isSound() {
        return this.#isSound;
    }
    /** These blocks are read in this state: what was known of them is of no use any more. */
    forget(run) {
        this.#steps.forget(run);
    }
    bad(block, verdict) {
        this.#fresh.push(this.#steps.bad(block, verdict));
    }
    /** Ranges that are damaged here and were not in the state before, ascending. */
    end() {
        this.#isSound = this.#steps.end();
        return this.#fresh.sort((a, b) => a.offset - b.offset);
    }
    hit(hits) {
        this.#steps.hit(hits);
    }
}
