/**
 * The one error type of pitvault. `kind` says what a caller can do, `code` says exactly what was found,
 * `at` says where, so that a hex editor opens at the right byte.
 */
export type ErrorKind = 'corrupt' | 'unsupported' | 'invalid-argument' | 'not-found' | 'conflict' | 'io' | 'closed' | 'cancelled';
/** Where a defect is: the image's name, the structure in the format's own words, the byte offset in that image. */
export type Place = {
    readonly image?: string | undefined;
    readonly structure?: string | undefined;
    readonly offset?: number | undefined;
};
export type ErrorDetails = Place & {
    /** What the user can do next, as a sentence. */
    readonly hint?: string | undefined;
    readonly cause?: unknown;
};
export type StorageErrorJson = {
    readonly kind: ErrorKind;
    readonly code: string;
    readonly message: string;
    readonly at?: Place;
    readonly hint?: string;
};
/** What was thrown is no answer of the operating system and nothing that the code foresees. */
export declare const INTERNAL = "INTERNAL";
declare const BRAND: unique symbol;
export declare class StorageError extends Error {
    readonly name = "StorageError";
    readonly kind: ErrorKind;
    /** `<FORMAT>_<STRUCTURE>_<DEFECT>`, stable across releases. */
    readonly code: string;
    readonly at: Place;
    readonly hint: string | undefined;
    readonly [BRAND] = true;
    constructor(kind: ErrorKind, code: string, message: string, details?: ErrorDetails);
    /** Survives duplicate installs of this package and threads, where `instanceof` does not. */
    static is(value: unknown): value is StorageError;
    /**
     * True for what bytes or disks may cause, which a reader can step over and tell of; false for use after close and for
     * cancelling, which must stop the work wherever they surface, and for defects of pitvault itself.
     */
    static isDamage(value: unknown): value is StorageError;
    /** The file system is full, or lets this user, or one file, have no more. */
    static isNoRoom(value: unknown): value is StorageError;
    /** The error as plain data: for `--json`, reports and threads (a worker's Error arrives stripped of its fields). */
    toJSON(): StorageErrorJson;
    static fromJSON(json: StorageErrorJson): StorageError;
}
export declare function corrupt(code: string, message: string, details?: ErrorDetails): StorageError;
export declare function unsupported(code: string, message: string, details?: ErrorDetails): StorageError;
export declare function notFound(code: string, message: string, details?: ErrorDetails): StorageError;
export declare function invalidArgument(code: string, message: string, details?: ErrorDetails): StorageError;
/** Throws when the signal has fired: `cancelled` whatever it was fired with, which else might be taken for damage somewhere. */
export declare function throwIfCancelled(signal: AbortSignal | undefined): void;
/** Any thrown value as a StorageError: operating system errors become kind `io`, keeping their cause. */
export declare function asStorageError(thrown: unknown, details?: ErrorDetails): StorageError;
/**
 * Something worth telling that did not stop the work: a second copy used, a value outside the rules, a skipped name.
 * `check` returns these; every open image carries those it met.
 */
export type Finding = {
    readonly severity: 'info' | 'warning' | 'error';
    readonly code: string;
    readonly message: string;
    readonly at: Place;
    /** Section of the format's specification, e.g. `MS-VHDX 2.2.2`. */
    readonly spec?: string;
};
/** An error that costs only what it is about, as a finding; what to do about it is told too. */
export declare function findingOf({ code, message, hint, at }: StorageError): Finding;
export {};
