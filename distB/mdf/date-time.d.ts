/** Dates and times: counts of days and of parts of a second, to text in SQL Server's form (ODBC canonical). */
import type { Decode } from './value.ts';
/** u32 ticks of 1/300 s since midnight, then i32 days since 1900-01-01. */
export declare function datetimeText(ticks: number, days: number): string;
export declare const decodeDatetime: Decode;
export declare function smallDatetimeText(minutes: number, days: number): string;
export declare const decodeSmallDatetime: Decode;
export declare const decodeDate: Decode;
/** Bytes that a time of this scale takes. */
export declare function timeSize(scale: number): number;
export declare function decodeTime(scale: number): Decode;
export declare function decodeDatetime2(scale: number): Decode;
/** Stored as UTC with the offset in minutes; shown as SQL Server does, in the local time of the offset. */
export declare function decodeDatetimeOffset(scale: number): Decode;
