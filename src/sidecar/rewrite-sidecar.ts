/**
 * Puts a sidecar in the place of another of the same state, with other words on where it stands among its fellows, on
 * what changed, or with a seal. Fingerprints, index and root stay as they are, byte for byte, and so do their checksums: what is
 * damaged does not look whole afterwards.
 *
 * The new file is whole and durable under a name of its own before it takes the place; the caller syncs the folder
 * (`sidecarFolder`) when it has rewritten all it wants to.
 */

import { MIB } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { corrupt, StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { FileStore } from '../io/file-store.ts';
import type { ChangeMap } from './change-map.ts';
import { encodeHeader, FIRST_SLOT, type SidecarHeader, type StateFacts } from './format.ts';
import { readChanges } from './sidecar.ts';
import { readOwnHeader, sidecarPath } from './sidecar-files.ts';

export type SidecarChange = {
  readonly facts?: Partial<Pick<StateFacts, 'previousGuid' | 'pointId' | 'depth'>>;
  readonly changes?: ChangeMap;
  readonly seal?: Uint8Array;
};

export function rewriteSidecar(store: FileStore, container: string, guid: string, change: SidecarChange): void {
  const path = sidecarPath(container, guid);
  const part = `${path}.part`;
  if (store.exists(part)) store.unlink(part);
  const source = store.open(path);
  const target = store.create(part);
  try {
    const old = readOwnHeader(source, guid);
    const ranges = (change.changes ?? readChanges(source, old)).encode();
    const seal = change.seal ?? sealOf(source, old);
    const piece = new Uint8Array(MIB);
    for (let offset = FIRST_SLOT; offset < old.changesOffset; offset += piece.length) {
      const bytes = piece.subarray(0, Math.min(piece.length, old.changesOffset - offset));
      readFrom(source, offset, bytes);
      target.write(offset, bytes);
    }
    const sealOffset = old.changesOffset + ranges.length;
    if (ranges.length > 0) target.write(old.changesOffset, ranges);
    if (seal.length > 0) target.write(sealOffset, seal);
    const header = encodeHeader({
      ...old,
      ...change.facts,
      ...(change.changes === undefined
        ? {}
        : { changeUnit: change.changes.unit, changedBytes: change.changes.bytes, changesCount: change.changes.count }),
      changesChecksum: crc32c(ranges),
      sealOffset: seal.length === 0 ? 0 : sealOffset,
      sealLength: seal.length,
      sealChecksum: seal.length === 0 ? 0 : change.seal === undefined ? old.sealChecksum : crc32c(seal),
    });
    target.write(0, header);
    target.flush();
  } finally {
    source.close();
    target.close();
  }
  store.rename(part, path);
}

/** As it stands, damaged or not. */
function sealOf(source: ByteFile, { sealOffset, sealLength }: SidecarHeader): Uint8Array {
  const seal = new Uint8Array(sealOffset === 0 ? 0 : Math.min(sealLength, Math.max(0, source.size - sealOffset)));
  readFrom(source, sealOffset, seal);
  return seal;
}

/** What the disk refuses to read is damage of this sidecar; what it refuses to write is not. */
function readFrom(source: ByteFile, offset: number, target: Uint8Array): void {
  try {
    source.read(offset, target);
  } catch (error) {
    if (!StorageError.isBadData(error)) throw error;
    throw corrupt('SIDECAR_UNREADABLE', error.message, { ...error.at, hint: error.hint, cause: error });
  }
}
