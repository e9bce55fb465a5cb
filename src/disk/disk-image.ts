/**
 * A virtual disk: what the container formats (VHDX, VHD, raw) implement. It is an address map of the guest's bytes, so a
 * partition table, a volume, a file inside are only further windows on it.
 */

import type { ErrorCode } from '../error-codes.ts';
import type { Finding, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';

export type DiskFormat = 'vhdx' | 'vhd' | 'raw';
export type DiskType = 'dynamic' | 'fixed' | 'differencing' | 'raw';

export interface DiskImage extends AddressMap {
  readonly format: DiskFormat;
  readonly type: DiskType;
  /** Path or label, for messages. */
  readonly name: string;
  readonly logicalSectorSize: number;
  /** Bytes of a payload block, or null where the format has none. */
  readonly blockSize: number | null;
  /** The disk this one differs from, already open, or null. */
  readonly parent: DiskImage | null;
  /** What was met while opening: second copies used, a log replayed in memory, values outside the rules. */
  readonly findings: readonly Finding[];
  /** Identity that children name: DataWriteGuid (VHDX) or UniqueId (VHD), lower case without braces; null for raw. */
  readonly dataIdentity: string | null;
  /** Format-specific facts for `info --json`: plain JSON values in the specification's own field names (lowerCamel). */
  describe(): Record<string, unknown>;
  /** Verifies every structure without reading payload; never throws on corruption. */
  check(): Iterable<Finding>;
}

/** What a differencing disk says of its parent; whoever knows paths turns it into an open disk. */
export type ParentRequest = {
  readonly format: 'vhdx' | 'vhd';
  /** The child, for messages. */
  readonly child: string;
  /** Path candidates in the order the format prescribes; Windows paths as stored. */
  readonly candidates: readonly { readonly key: string; readonly path: string }[];
  /** Identities of which the parent must carry one (lower case, no braces). */
  readonly identities: readonly string[];
  readonly logicalSectorSize: number;
  readonly size: number;
};

/** Returns the open, verified parent or throws a StorageError that tells every candidate tried and why it failed. */
export type OpenParent = (request: ParentRequest) => DiskImage;

/**
 * Thrown by an `openParent` that only wants to be asked: the same container is opened once more, with its parent, and what
 * was read of it may be kept until then. Made once, since it tells nothing.
 */
export const PARENT_LATER = new Error('the parent is opened later');

export type OpenDiskOptions = {
  readonly name: string;
  /** Called for differencing disks only. */
  readonly openParent: OpenParent;
  /** Read the disk without its log where that has to be replayed and cannot be: what it was about to change may be half there. */
  readonly ignoresDamagedLog?: boolean | undefined;
};

/** One rule for all formats: a reader opens what it can and records the rest; `strict` is for `check`. */
export function finding(
  severity: Finding['severity'],
  error: StorageError | { code: ErrorCode; message: string; at?: Finding['at'] },
  spec?: string,
): Finding {
  return {
    severity,
    code: error.code,
    message: error.message,
    at: error.at ?? {},
    ...(spec === undefined ? {} : { spec }),
  };
}
