/**
 * What a query may hold in memory for joining, sorting and distinct. A database can have more rows than any machine has
 * memory, and wide ones; so what is held is estimated as it comes, and a query that holds too much ends.
 */
import type { SqlRow } from '../mdf/value.ts';
/** Keeps the process below 160 MiB: garbage and what is there anyway come on top. */
export declare const HELD_DEFAULT: number;
export declare class Held {
    #private;
    constructor(most?: number);
    /** Throws when that is too much; `what` is held, a table or the result. */
    add(bytes: number, what: string): void;
    remove(bytes: number): void;
}
/** Bytes that a row takes, about. */
export declare function sizeOfRow(row: SqlRow): number;
