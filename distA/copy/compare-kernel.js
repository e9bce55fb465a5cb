/**
 * What a thread does to compare two disks by bytes: takes a piece from a shared table, reads both sides into page-aligned
 * memory, and marks the sectors that differ in a bitmap that is shared too. No message crosses for a piece.
 *
 * A piece lies inside one MiB of the disk, so its sectors fit in BITMAP_SIZE bytes; bit k stands for the k-th sector of
 * the disk from the one in which the piece starts. Sectors that a piece holds in part count for that part.
 */
import { COMPUTED, Control, PIECE_SIZE, ZERO } from "./batch.js";
import { SectorComparer } from "./compare-sectors.js";
import { Sources } from "./kernel.js";
/** Differences are found to this precision, counted from the start of the disk. */
export const SECTOR_SIZE = 512;
export const BITMAP_SIZE = PIECE_SIZE / SECTOR_SIZE / 8;
/** Numbers of a piece: where it is on the disk, its length, and source and offset of either side. */
export const COLUMNS = 6;
export const PieceState = { open: 0, equal: 1, differs: 2, failed: 3 };
/** The memory of this thread. Everything here is synchronous, so one is enough. */
let comparer;
/** Compares the piece with this number and leaves its state and its bitmap in the batch. Throws what reading throws. */
export function comparePiece(batch, index, read) {
    const base = index * COLUMNS;
    const { pieces, states, bitmaps } = batch;
    comparer ??= new SectorComparer(PIECE_SIZE);
    // Sectors of the disk are sectors of the buffers: a piece that starts within one is moved by so much.
    const start = pieces[base] % SECTOR_SIZE;
    const end = start + pieces[base + 1];
    const whole = Math.ceil(end / SECTOR_SIZE) * SECTOR_SIZE;
    const [left, right] = [pieces[base + 2], pieces[base + 4]];
    if (left !== ZERO)
        load(comparer.left, left, pieces[base + 3], start, end, whole, read);
    if (right !== ZERO)
        load(comparer.right, right, pieces[base + 5], start, end, whole, read);
    const differs = comparer.compare(whole, left === ZERO, right === ZERO);
    if (differs)
        bitmaps.set(comparer.bitmap, index * BITMAP_SIZE);
    states[index] = differs ? PieceState.differs : PieceState.equal;
}
function load(buffer, source, offset, start, end, whole, read) {
    if (start > 0)
        buffer.fill(0, 0, start);
    if (end < whole)
        buffer.fill(0, end, whole);
    read(source, offset, buffer.subarray(start, end));
}
/** Takes pieces until none is left. Runs in a worker; what is computed, or fails, is left to the planning thread. */
export function comparePieces(batch) {
    const { control, states } = batch;
    const sources = new Sources((source) => batch.sources[source]);
    const read = (source, offset, target) => sources.read(source, offset, target);
    try {
        for (;;) {
            const index = Atomics.add(control, Control.next, 1);
            if (index >= batch.count || Atomics.load(control, Control.cancelled) !== 0)
                break;
            if (isComputed(batch, index))
                continue;
            try {
                comparePiece(batch, index, read);
                Atomics.add(control, Control.doneKib, batch.pieces[index * COLUMNS + 1] >>> 10);
            }
            catch {
                states[index] = PieceState.failed; // why is found out by whoever narrows it down
            }
        }
    }
    finally {
        sources.close();
    }
}
/** One of the sides can only be made by whoever holds the maps. */
export function isComputed({ pieces }, index) {
    const base = index * COLUMNS;
    return pieces[base + 2] <= COMPUTED || pieces[base + 4] <= COMPUTED;
}
