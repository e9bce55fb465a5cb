/**
 * Puts a VHDX in order that can be read all the same: its dirty log is replayed into it, a header or region table that
 * is not valid is written anew from the other copy, and the identifier, which says the same in every file, where it is lost.
 * Nothing that the guest sees changes, so children stay valid.
 *
 * Flush points, behind those of the replay (R1 to R4):
 *
 * Q1  the header that is not current, or not valid, with a new FileWriteGuid: the other one still counts
 * Q2  the other header, the identifier, and the region table that is not used: a torn one is as bad as it was
 */

import { bytesEqual } from '../base/bytes.ts';
import { type Finding, StorageError } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { FileMap } from '../map/maps.ts';
import { readBytes } from '../map/read-map.ts';
import { CREATOR } from './create-vhdx.ts';
import { encodeFileIdentifier } from './encode.ts';
import { REGION_TABLE, REGION_TABLE_OFFSETS } from './format.ts';
import { IDENTIFIER_LOST } from './header.ts';
import { HeaderPair } from './header-pair.ts';
import { replayLog } from './replay-log.ts';
import { readParts, type VhdxParts } from './vhdx-parts.ts';

/** What is, or was, to be done, and why, as a sentence. */
export type RepairAction = {
  readonly kind: 'replay-log' | 'rewrite-identifier' | 'rewrite-header' | 'rewrite-region-table';
  /** File offset of the structure. */
  readonly offset: number;
  readonly reason: string;
};

export type RepairOptions = {
  readonly name?: string | undefined;
  readonly newGuid?: (() => string) | undefined;
};

/** What `repairVhdx` would do. Reads only. Throws what opening throws for a file that cannot be read. */
export function planRepair(
  file: Pick<WritableFile, 'name'> & ConstructorParameters<typeof FileMap>[0],
  name = file.name,
): RepairAction[] {
  return look(file, name).actions;
}

/** What the file consists of, and what is to be done to it. */
function look(file: ConstructorParameters<typeof FileMap>[0], name: string) {
  const findings: Finding[] = [];
  const parts = readParts(new FileMap(file), { name }, findings);
  return { parts, actions: actionsFor(parts, findings) };
}

/** Repairs the file, which must be open for writing; owns it. Returns what was done. */
export function repairVhdx(file: WritableFile, options: RepairOptions = {}): RepairAction[] {
  try {
    const name = options.name ?? file.name;
    const newGuid = options.newGuid ?? (() => crypto.randomUUID());
    let { parts, actions } = look(file, name);
    const identifier = actions.find(({ kind }) => kind === 'rewrite-identifier');
    if (parts.log !== null) {
      replayLog(file, parts, newGuid);
      parts = readParts(new FileMap(file), { name }, []);
    }
    rewriteCopies(file, parts, newGuid, identifier !== undefined);
    return actions;
  } finally {
    file.close();
  }
}

function rewriteCopies(file: WritableFile, parts: VhdxParts, newGuid: () => string, identifier: boolean): void {
  const table = findBadTable(parts);
  if (table === null && !identifier && parts.headers.slots.every(({ header }) => header !== null)) return;
  const headers = new HeaderPair(file, parts.headers.current, parts.headers.currentIndex);
  headers.write({ fileWriteGuid: newGuid() });
  file.flush(); // Q1
  headers.write();
  if (identifier) file.write(0, encodeFileIdentifier(CREATOR));
  if (table !== null) file.write(table, readBytes(parts.file, parts.regions.offset, REGION_TABLE.SIZE));
  file.flush(); // Q2
}

function actionsFor(parts: VhdxParts, findings: readonly Finding[]): RepairAction[] {
  const actions: RepairAction[] = [];
  const lost = findings.find(({ code }) => code === IDENTIFIER_LOST);
  if (lost !== undefined) actions.push({ kind: 'rewrite-identifier', offset: 0, reason: lost.message });
  if (parts.log !== null) {
    const count = parts.log.active?.entries.length ?? 0;
    const reason = `the log holds ${count} entries that are not in the file yet`;
    actions.push({ kind: 'replay-log', offset: parts.headers.current.logOffset, reason });
  }
  for (const { offset, defect } of parts.headers.slots) {
    if (defect !== null) actions.push({ kind: 'rewrite-header', offset, reason: defect });
  }
  const table = findBadTable(parts);
  if (table !== null) {
    const [told] = parts.regions.compareCopies();
    const reason = told?.message ?? 'it is not valid; the other one is used';
    actions.push({ kind: 'rewrite-region-table', offset: table, reason });
  }
  return actions;
}

/** The region table that is not used, when it is not the same as the one that is, or cannot be read. */
function findBadTable({ file, regions }: VhdxParts): number | null {
  const other = REGION_TABLE_OFFSETS.find((offset) => offset !== regions.offset)!;
  const used = readBytes(file, regions.offset, REGION_TABLE.SIZE);
  try {
    return bytesEqual(used, readBytes(file, other, REGION_TABLE.SIZE)) ? null : other;
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'io') throw error;
    return other; // a bad sector may be one no more when it is written
  }
}
