/**
 * The one error type of pitvault. `kind` says what a caller can do, `code` says exactly what was found,
 * `at` says where, so that a hex editor opens at the right byte.
 */

import type { ErrorCode, SystemCode } from './error-codes.ts';

export type ErrorKind =
  | 'corrupt' // bytes break a rule of their format
  | 'unsupported' // legal, but not readable here (deduplicated, encrypted, another format)
  | 'invalid-argument' // the caller asked for something impossible
  | 'not-found' // a path, point, volume or parent does not exist
  | 'conflict' // something exists already, or a choice is ambiguous
  | 'io' // the operating system refused
  | 'closed' // used after close
  | 'cancelled'; // an AbortSignal fired

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
  readonly code: ErrorCode;
  readonly message: string;
  readonly at?: Place;
  readonly hint?: string;
};

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What was thrown is no answer of the operating system and nothing that the code foresees. */
export const INTERNAL = 'INTERNAL';

const BRAND = Symbol.for('pitvault.StorageError');

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly at: Place;
  readonly hint: string | undefined;
  readonly [BRAND] = true;

  constructor(kind: ErrorKind, code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = code;
    this.at = { image: details.image, structure: details.structure, offset: details.offset };
    this.hint = details.hint;
  }

  /** Survives duplicate installs of this package and threads, where `instanceof` does not. */
  static is(value: unknown): value is StorageError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /**
   * True for what bytes or disks may cause, which a reader can step over and tell of; false for use after close and for
   * cancelling, which must stop the work wherever they surface, and for defects of pitvault itself.
   */
  static isDamage(value: unknown): value is StorageError {
    if (!StorageError.is(value)) return false;
    return value.kind !== 'closed' && value.kind !== 'cancelled' && value.code !== INTERNAL;
  }

  /** The file system is full, or lets this user, or one file, have no more. */
  static isNoRoom(value: unknown): value is StorageError {
    return StorageError.is(value) && value.kind === 'io' && NO_ROOM.has(value.code);
  }

  /** Bytes of a file that is there are not what they were: damaged, or on a sector that the disk refuses. */
  static isBadData(value: unknown): value is StorageError {
    return StorageError.is(value) && (value.kind === 'corrupt' || (value.kind === 'io' && value.code === 'EIO'));
  }

  /** The error as plain data: for `--json`, reports and threads (a worker's Error arrives stripped of its fields). */
  toJSON(): StorageErrorJson {
    const at: Record<string, string | number> = {};
    if (this.at.image !== undefined) at['image'] = this.at.image;
    if (this.at.structure !== undefined) at['structure'] = this.at.structure;
    if (this.at.offset !== undefined) at['offset'] = this.at.offset;
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      ...(Object.keys(at).length > 0 ? { at } : {}),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }

  static fromJSON(json: StorageErrorJson): StorageError {
    return new StorageError(json.kind, json.code, json.message, { ...json.at, hint: json.hint });
  }
}

export function corrupt(code: ErrorCode, message: string, details?: ErrorDetails): StorageError {
  return new StorageError('corrupt', code, message, details);
}

export function unsupported(code: ErrorCode, message: string, details?: ErrorDetails): StorageError {
  return new StorageError('unsupported', code, message, details);
}

export function notFound(code: ErrorCode, message: string, details?: ErrorDetails): StorageError {
  return new StorageError('not-found', code, message, details);
}

export function invalidArgument(code: ErrorCode, message: string, details?: ErrorDetails): StorageError {
  return new StorageError('invalid-argument', code, message, details);
}

/** Throws when the signal has fired: `cancelled` whatever it was fired with, which else might be taken for damage somewhere. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  const reason: unknown = signal.reason;
  if (StorageError.is(reason) && reason.kind === 'cancelled') throw reason;
  const isPlain = !(reason instanceof Error) || reason.name === 'AbortError';
  throw new StorageError('cancelled', 'CANCELLED', isPlain ? 'cancelled' : `cancelled: ${reason.message}`, {
    cause: reason,
  });
}

/** What to do about the operating system's refusals, where whoever meets them knows nothing better. */
const SYSTEM_HINTS: Readonly<Record<string, string>> = {
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
export function asStorageError(thrown: unknown, details: ErrorDetails = {}): StorageError {
  if (StorageError.is(thrown)) return thrown;
  // Closing failed as well: what failed first says more.
  if (thrown instanceof Error && 'suppressed' in thrown) return asStorageError(thrown.suppressed, details);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const system = (error as NodeJS.ErrnoException).code;
  if (error.name === 'AbortError') return new StorageError('cancelled', 'CANCELLED', 'cancelled', { cause: error });
  const kind: ErrorKind =
    system === 'ENOENT' || system === 'ENOTDIR' ? 'not-found' : system === 'EEXIST' ? 'conflict' : 'io';
  const hint = details.hint ?? SYSTEM_HINTS[system ?? ''];
  return new StorageError(kind, (system as SystemCode | undefined) ?? INTERNAL, error.message, {
    ...details,
    hint,
    cause: error,
  });
}

/**
 * Something worth telling that did not stop the work: a second copy used, a value outside the rules, a skipped name.
 * `check` returns these; every open image carries those it met.
 */
export type Finding = {
  readonly severity: 'info' | 'warning' | 'error';
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: Place;
  /** Section of the format's specification, e.g. `MS-VHDX 2.2.2`. */
  readonly spec?: string;
};

/** An error that costs only what it is about, as a finding; what to do about it is told too. */
export function findingOf({ code, message, hint, at }: StorageError): Finding {
  return { severity: 'error', code, message: hint === undefined ? message : `${message}; ${hint}`, at };
}
