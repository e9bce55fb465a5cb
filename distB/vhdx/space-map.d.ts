/** One bit for each MiB of a file: what is in use. */
export declare class SpaceMap {
    #private;
    /** MiB in use. */
    count: number;
    /** Marks a range of whole MiB as used; true when part of it was already. */
    mark(offset: number, length: number): boolean;
    clear(offset: number, length: number): void;
    /** The first run of this many free units in [from, end), or null. */
    findFree(units: number, from: number, end: number): number | null;
    /** Bytes up to the end of the last unit in use. */
    end(): number;
}
