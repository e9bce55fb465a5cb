/**
 * The one error type of pitvault. `kind` says what a caller can do, `code` says exactly what was found,
 * `at` says where, so that a hex editor opens at the right byte.
 */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** What was thrown is no answer of the operating system and nothing that the code foresees. */
export const INTERNAL = 'INTERNAL';
const BRAND = Symbol.for('pitvault.StorageError');
export class StorageError extends Error {
    name = 'StorageError';
    kind;
    /** `<FORMAT>_<STRUCTURE>_<DEFECT>`, stable across releases. */
    code;
    at;
    hint;
    [BRAND] = true;
    constructor(kind, code, message, details = {}) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.kind = kind;
        this.code = code;
        this.at = { image: details.image, structure: details.structure, offset: details.offset };
        this.hint = details.hint;
    }
    /** Survives duplicate installs of this package and threads, where `instanceof` does not. */
    static is(value) {
        return typeof value === 'object' && value !== null && BRAND in value;
    }
    /**
     * True for what bytes or disks may cause, which a reader can step over and tell of; false for use after close and for
     * cancelling, which must stop the work wherever they surface, and for defects of pitvault itself.
     */
    static isDamage(value) {
        if (!StorageError.is(value))
            return false;
        return value.kind !== 'closed' && value.kind !== 'cancelled' && value.code !== INTERNAL;
    }
    /** The file system is full, or lets this user, or one file, have no more. */
    static isNoRoom(value) {
        return StorageError.is(value) && value.kind === 'io' && NO_ROOM.has(value.code);
    }
    /** The error as plain data: for `--json`, reports and threads (a worker's Error arrives stripped of its fields). */
    toJSON() {
        const at = {};
        if (this.at.image !== undefined)
            at['image'] = this.at.image;
        if (this.at.structure !== undefined)
            at['structure'] = this.at.structure;
        if (this.at.offset !== undefined)
            at['offset'] = this.at.offset;
        return {
            kind: this.kind,
            code: this.code,
            message: this.message,
            ...(Object.keys(at).length > 0 ? { at } : {}),
            ...(this.hint === undefined ? {} : { hint: this.hint }),
        };
    }
    static fromJSON(json) {
        return new StorageError(json.kind, json.code, json.message, { ...json.at, hint: json.hint });
    }
}
export function corrupt(code, message, details) {
    return new StorageError('corrupt', code, message, details);
}
export function unsupported(code, message, details) {
    return new StorageError('unsupported', code, message, details);
}
export function notFound(code, message, details) {
    return new StorageError('not-found', code, message, details);
}
export function invalidArgument(code, message, details) {
    return new StorageError('invalid-argument', code, message, details);
}
/** Throws when the signal has fired: `cancelled` whatever it was fired with, which else might be taken for damage somewhere. */
export function throwIfCancelled(signal) {
    if (signal?.aborted !== true)
        return;
    const reason = signal.reason;
    if (StorageError.is(reason) && reason.kind === 'cancelled')
        throw reason;
    const isPlain = !(reason instanceof Error) || reason.name === 'AbortError';
    throw new StorageError('cancelled', 'CANCELLED', isPlain ? 'cancelled' : `cancelled: ${reason.message}`, {
        cause: reason,
    });
}
/** What to do about the operating system's refusals, where whoever meets them knows nothing better. */
const SYSTEM_HINTS = {
    ENOENT: 'check the path',
    ENOTDIR: 'check the path: something on its way is a file, not a folder',
    EISDIR: 'name a file, not a folder',
    EACCES: 'run as a user who may do this, or choose another place',
    EPERM: 'run as a user who may do this, or choose another place',
    EROFS: 'the file system is read-only: choose another place',
    ENOSPC: 'free space there, or choose another place, and run the same command again',
    EDQUOT: 'the quota of this user is used up: free space or choose another place',
    EFBIG: 'the file system there cannot hold a file of this size: choose another place',
    EIO: 'the disk may be failing: copy it first, or go on without the bad ranges (--salvage)',
    EMFILE: 'raise the limit of open files (ulimit -n)',
};
/** Any thrown value as a StorageError: operating system errors become kind `io`, keeping their cause. */
export function asStorageError(thrown, details = {}) {
    if (StorageError.is(thrown))
        return thrown;
    // Closing failed as well: what failed first says more.
    if (thrown instanceof Error && 'suppressed' in thrown)
        return asStorageError(thrown.suppressed, details);
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const system = error.code;
    if (error.name === 'AbortError')
        return new StorageError('cancelled', 'CANCELLED', 'cancelled', { cause: error });
    const kind = system === 'ENOENT' || system === 'ENOTDIR' ? 'not-found' : system === 'EEXIST' ? 'conflict' : 'io';
    const hint = details.hint ?? SYSTEM_HINTS[system ?? ''];
    return new StorageError(kind, system ?? INTERNAL, error.message, { ...details, hint, cause: error });
}
/** An error that costs only what it is about, as a finding; what to do about it is told too. */
export function findingOf({ code, message, hint, at }) {
    return { severity: 'error', code, message: hint === undefined ? message : `${message}; ${hint}`, at };
}
