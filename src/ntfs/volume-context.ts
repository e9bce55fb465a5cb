/** What every NTFS structure needs to know of its volume, and the bounded list of what was met on the way. */

import type { ErrorCode } from '../error-codes.ts';
import type { ErrorDetails, Finding, Place, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';

/** Sizes in bytes, locations in clusters (LCN). */
export type Geometry = {
  readonly bytesPerSector: number;
  readonly clusterSize: number;
  readonly clusterCount: number;
  /** Bytes that the boot sector claims; the map below may be shorter (a truncated image) or one sector longer. */
  readonly size: number;
  readonly mftLcn: number;
  readonly mirrorLcn: number;
  readonly recordSize: number;
  readonly indexBlockSize: number;
  /** 16 hex digits, upper case. */
  readonly serial: string;
};

export type VolumeContext = {
  readonly map: AddressMap;
  /** The volume's name in messages. */
  readonly name: string;
  readonly geometry: Geometry;
  readonly findings: FindingLog;
};

/** Where something is: the structure in the format's words, the absolute byte in the volume. */
export function placeIn(context: VolumeContext, structure: string, offset?: number): Place {
  return { image: context.name, structure, offset };
}

/** The place of an error's details, with what the user can do next. */
export function detailsIn(context: VolumeContext, structure: string, offset: number, hint?: string): ErrorDetails {
  return { image: context.name, structure, offset, hint };
}

const FINDINGS_MAX = 1000;

/**
 * Findings, each told once, at most FINDINGS_MAX of them: a volume full of damage may not fill the memory with reports
 * about it. What comes after is counted by one last finding.
 */
export class FindingLog {
  readonly list: Finding[] = [];
  readonly #seen = new Set<string>();

  add(severity: Finding['severity'], code: ErrorCode, message: string, at: Place, spec?: string): void {
    const key = `${code}@${at.structure}@${at.offset}`;
    if (this.#seen.size >= FINDINGS_MAX || this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push({ severity, code, message, at, ...(spec === undefined ? {} : { spec }) });
    if (this.#seen.size === FINDINGS_MAX) {
      const full = `more than ${FINDINGS_MAX} findings: the rest is not listed`;
      this.list.push({ severity: 'warning', code: 'NTFS_FINDINGS_FULL', message: full, at: { image: at.image } });
    }
  }

  /** An error that was stepped over; `consequence` says what was done instead. */
  addError(error: StorageError, consequence: string, severity: Finding['severity'] = 'error'): void {
    this.add(severity, error.code, `${error.message}; ${consequence}`, error.at);
  }
}
