/**
 * What a directory with a damaged index holds according to the file table: every record names its own directory. The
 * table is read once for all damaged directories of a volume, into two flat arrays of parent and child.
 *
 * Invariant: at most NAMES_MAX names (32 MiB) are held; on a larger volume what comes behind is not found, and told.
 */
import { StorageError } from "../errors.js";
import { childPath, entryOf } from "./file-entry.js";
import { placeIn } from "./volume-context.js";
const NAMES_MAX = 4 * 1024 * 1024;
export class LostChildren {
    #files;
    #scan;
    #parents = new Uint32Array(0);
    #children = new Uint32Array(0);
    #count = -1;
    constructor(files, scan) {
        this.#files = files;
        this.#scan = scan;
    }
    /** Files that name this directory as theirs and are not among `known` (`record/name`). */
    *of(directory, known) {
        if (this.#count < 0)
            this.#build();
        let found = 0;
        let last = -1;
        for (let i = 0; i < this.#count; i++) {
            const number = this.#children[i];
            if (this.#parents[i] !== directory.id || number === last)
                continue;
            last = number;
            for (const entry of this.#entries(number, directory)) {
                if (known.has(`${number}/${entry.name}`))
                    continue;
                found++;
                yield entry;
            }
        }
        const { context, table } = this.#files;
        const message = `${directory.path}: its index is damaged; ${found} names were found in the file table instead`;
        const place = placeIn(context, `file record ${directory.id}`, table.offsetOf(directory.id));
        context.findings.add('warning', 'NTFS_INDEX_RECOVERED', message, place);
    }
    #entries(number, directory) {
        try {
            const summary = this.#files.summary(number, 0, true);
            if (summary === 'stale')
                return [];
            return summary.names
                .filter(({ parent, parentSequence }) => parent === directory.id &&
                (parentSequence === 0 || directory.sequence === 0 || parentSequence === directory.sequence))
                .map(({ text }) => entryOf(summary, number, childPath(directory.path, text), text));
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return [];
            throw error;
        }
    }
    #build() {
        this.#count = 0;
        for (const summary of this.#scan.records()) {
            for (const { parent } of summary.names) {
                if (this.#count === NAMES_MAX) {
                    this.#reportFull();
                    return;
                }
                if (this.#count === this.#parents.length)
                    this.#grow();
                if (parent >= 2 ** 32)
                    continue;
                this.#parents[this.#count] = parent;
                this.#children[this.#count++] = summary.number;
            }
        }
    }
    #grow() {
        const size = Math.min(NAMES_MAX, Math.max(4096, this.#parents.length * 2));
        const parents = new Uint32Array(size);
        parents.set(this.#parents);
        this.#parents = parents;
        const children = new Uint32Array(size);
        children.set(this.#children);
        this.#children = children;
    }
    #reportFull() {
        const { context } = this.#files;
        const message = `more than ${NAMES_MAX} names: those behind are not searched for damaged directories`;
        context.findings.add('warning', 'NTFS_INDEX_RECOVERY_LIMIT', message, placeIn(context, '$MFT'));
    }
}
