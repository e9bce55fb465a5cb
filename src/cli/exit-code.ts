/** Exit codes: one per kind of error, so that scripts can tell them apart. */

import type { ErrorKind } from '../errors.ts';

export const ExitCode = {
  ok: 0,
  internal: 1, //     a defect of pitvault itself
  usage: 2, //        invalid-argument
  notFound: 3,
  corrupt: 4, //      also: `check` found errors, a replica's own files are damaged
  unsupported: 5,
  conflict: 6,
  io: 7,
  partial: 8, //      the work was done, but files or ranges of it could not be read
  closed: 9,
  cancelled: 130, //  Ctrl-C
} as const;

const BY_KIND: Record<ErrorKind, number> = {
  'invalid-argument': ExitCode.usage,
  'not-found': ExitCode.notFound,
  corrupt: ExitCode.corrupt,
  unsupported: ExitCode.unsupported,
  conflict: ExitCode.conflict,
  io: ExitCode.io,
  closed: ExitCode.closed,
  cancelled: ExitCode.cancelled,
};

export function exitCodeOf(kind: ErrorKind): number {
  return BY_KIND[kind];
}
