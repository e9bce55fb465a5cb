/** What a picture of a diff is made of: the disk in equal cells, and how much of each is stored and has changed. */
import { Volume } from "../image/volume.js";
import { extentsOf } from "../map/extent.js";
/** Rows and columns of cells. */
export const ROWS = 32;
export const COLUMNS = 64;
const CELLS = ROWS * COLUMNS;
const FILES_MAX = 10;
/** A disk with its volumes, or a volume alone. */
export function pictureSide(source) {
    const { name } = source;
    if (source instanceof Volume)
        return { name, map: source.map, parts: [] };
    const parts = source.listVolumes().flatMap((volume) => {
        const label = `${volume.number} (${volume.identity.kind.toUpperCase()})`;
        return volume.windows.map(({ diskOffset, length }) => ({ label, offset: diskOffset, length }));
    });
    return { name, map: source.disk, parts };
}
/** Takes in a diff while it runs. */
export class PictureBuilder {
    #before;
    #after;
    #size;
    #cellSize;
    #differing = {
        changed: new Float64Array(CELLS),
        possible: new Float64Array(CELLS),
        unreadable: new Float64Array(CELLS),
    };
    #files = [];
    constructor(before, after) {
        this.#before = before;
        this.#after = after;
        this.#size = Math.max(before.map.size, after.map.size);
        this.#cellSize = Math.max(512, Math.ceil(this.#size / CELLS / 512) * 512);
    }
    takeRange = ({ offset, length, state }) => {
        spread(this.#differing[state], this.#cellSize, offset, length);
    };
    takeFile = ({ path, kind, directory, ranges, sizeAfter, sizeBefore }) => {
        if (directory || kind === 'touched')
            return;
        const whole = kind === 'added' ? (sizeAfter ?? 0) : kind === 'removed' ? (sizeBefore ?? 0) : 0;
        this.#files.push({ path, kind, bytes: whole + ranges.reduce((sum, range) => sum + range.length, 0) });
        if (this.#files.length >= 64 * FILES_MAX)
            this.#keepLargest();
    };
    finish(summary, counts) {
        this.#keepLargest();
        const stored = new Float64Array(CELLS);
        for (const { kind, offset, length } of extentsOf(this.#after.map)) {
            if (kind !== 'zero')
                spread(stored, this.#cellSize, offset, length);
        }
        return {
            names: [this.#before.name, this.#after.name],
            size: this.#size,
            cellSize: this.#cellSize,
            partitions: this.#after.parts,
            stored,
            differing: this.#differing,
            summary,
            counts,
            files: this.#files,
        };
    }
    #keepLargest() {
        this.#files = this.#files.sort((a, b) => b.bytes - a.bytes).slice(0, FILES_MAX);
    }
}
/** Adds the bytes of a range to the cells it lies in. */
function spread(cells, cellSize, offset, length) {
    const end = offset + length;
    for (let at = offset; at < end;) {
        const cell = Math.floor(at / cellSize);
        const stop = Math.min(end, (cell + 1) * cellSize);
        cells[cell] += stop - at;
        at = stop;
    }
}
