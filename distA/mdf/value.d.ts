/**
 * Values as they leave a row. Exact numbers that a double cannot hold, dates, times and GUIDs are text in SQL Server's
 * own canonical form, which sorts and compares as they do; binary values are bytes.
 */
export type SqlValue = null | boolean | number | bigint | string | Uint8Array;
export type SqlRow = readonly SqlValue[];
/** Turns stored bytes from `start` up to `end` into a value. Throws a RangeError for bytes that are no such value. */
export type Decode = (bytes: Uint8Array, view: DataView, start: number, end: number) => SqlValue;
/** `0x00A1…`, as SQL Server prints binary. */
export declare function hexText(bytes: Uint8Array): string;
/** Text of any value but null. */
export declare function valueText(value: Exclude<SqlValue, null>): string;
