/**
 * Files whose record says that it is free, while a directory still names it under the same sequence number. Whoever deletes a
 * file takes its name away and counts the number up, so such a bit was lost; what the file owned may be another's by now.
 *
 * Invariants:
 * 1. Only directories that free records name as theirs are looked into, each once, and only those that are still there: what
 *    was deleted costs no more than a listing of where it was. Where a free record cannot tell its directories
 *    (damaged, or with names in other records), all are.
 * 2. At most RECORDS_MAX free records are held; what comes behind is not searched for, and that is told.
 */
import type { LostName } from './lost-names.ts';
import type { RecordSummary } from './record-summary.ts';
import type { VolumeFiles } from './volume-files.ts';
type Directory = {
    readonly number: number;
    readonly sequence: number;
};
export declare class FreedRecords {
    #private;
    /** `directories`: all that can be read, without the root. */
    constructor(files: VolumeFiles, directories: () => Iterable<Directory>);
    /** Notes a free record, as far as its bytes still tell. */
    note(number: number, { names, sequence, isPartial, defectOffset, ownNames, allNames }: RecordSummary): void;
    /** The names that directories still give to what was noted. Those that mean an earlier file are told, and left out. */
    named(): Generator<LostName>;
}
export {};
