/** What a client asks a file to be before it wants any of it, and which bytes: RFC 9110, 13 and 14. */
import type { IncomingHttpHeaders } from 'node:http';
/** A file as its answer describes it. `tag` is a strong entity tag with its quotes. */
export type Described = {
    readonly tag: string;
    readonly modifiedMs: number;
    readonly size: number;
};
/** Bytes from `start` up to (not including) `end`; null: all of them. */
export type Wanted = {
    readonly start: number;
    readonly end: number;
} | null;
/** What to answer: bytes, or a status without them. */
export type Verdict = 304 | 412 | 416 | {
    readonly range: Wanted;
};
/** Judges the headers of a GET or HEAD in the order of RFC 9110, 13.2.2. */
export declare function judge(headers: IncomingHttpHeaders, file: Described, method: 'GET' | 'HEAD'): Verdict;
/** One range of bytes, null for none or for what is not understood (the whole is sent), or 'outside'. */
export declare function parseRange(header: string | undefined, size: number): Wanted | 'outside';
