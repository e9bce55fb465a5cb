/**
 * Finding the file table with nothing but the geometry. The table describes itself: record 0 holds the runs of the
 * records, and where those are too many, an attribute list whose extension records lie in the table again. Windows
 * keeps each of them within the part that the pieces before it describe, so the runs are grown piece by piece.
 *
 * Invariants of an accepted record 0:
 * 1. It names its own size as the boot sector does, and an allocated size that its clusters amount to: a wrong cluster
 *    or record size does not survive this.
 * 2. Its table leads to the root directory; where it does not, and the mirror's does, the mirror's is taken.
 * 3. Damage behind the first piece costs the records described there, not the volume.
 */
import { FileTable } from './file-table.ts';
import { type VolumeContext } from './volume-context.ts';
/** The file table of the volume. Throws where neither record 0 nor its mirror describes one. */
export declare function openFileTable(context: VolumeContext): FileTable;
