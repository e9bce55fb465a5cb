/** Rows as text for other programs: CSV (RFC 4180) and JSON. */
import { type SqlRow } from '../mdf/value.ts';
/** A line of CSV without its end. NULL is nothing between the commas, an empty string is `""`. */
export declare function csvLine(values: SqlRow): string;
/** A row as one JSON object on one line; keys in the order of the columns. */
export declare function jsonLine(columns: readonly string[], values: SqlRow): string;
/** Column names that are unique as keys: a second `Replica` becomes `Replica_2`. */
export declare function uniqueNames(names: readonly string[]): string[];
