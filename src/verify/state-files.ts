/**
 * The states of one replica as files, oldest first: what verification, usage and pruning go through. A container that
 * pitvault made has a sidecar for each state, which tells their order; in DPM's own the times of capture do.
 */

import { parseGuid } from '../base/guid.ts';
import { StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { StoreEntry } from '../io/file-store.ts';
import { dataWriteGuidOf } from '../replica/container.ts';
import { readTombstone } from '../replica/tombstone.ts';
import type { SidecarHeader } from '../sidecar/format.ts';
import { readSidecarHeader } from '../sidecar/sidecar-files.ts';

/** What is needed of a FileStore. */
export type ReadableStore = {
  open(path: string): ByteFile;
  list(folder: string): StoreEntry[];
  exists(path: string): boolean;
};

export type StateFile = {
  /** PITId, or the PhysicalReplicaId of the live replica. */
  readonly id: string;
  readonly isReplica: boolean;
  /** A point that is being removed: no state any more, but others may still stand on its file. */
  readonly isGoing: boolean;
  readonly folder: string;
  readonly path: string;
  /** Null where the file is no readable VHDX. */
  readonly dataWriteGuid: string | null;
  /** Null where there is no sidecar, or none that can be read: `defect` tells. */
  readonly facts: SidecarHeader | null;
  /** Why the sidecar that is there cannot be used. */
  readonly defect: StorageError | null;
};

const DISK = 'disk0.vhdx';

/** `container`: the folder of a replica. */
export function listStateFiles(store: ReadableStore, container: string): StateFile[] {
  const name = container.slice(container.lastIndexOf('/') + 1).toLowerCase();
  const states: StateFile[] = [];
  const doomed = new Set(readTombstone(store, container).map(({ id }) => id));
  for (const entry of store.list(container)) {
    if (entry.kind !== 'folder' || parseGuid(entry.name) === null) continue;
    const folder = `${container}/${entry.name}`;
    const path = `${folder}/${DISK}`;
    if (!store.exists(path)) continue;
    const dataWriteGuid = dataWriteGuidOf(store, path);
    states.push({
      id: entry.name.toLowerCase(),
      isReplica: entry.name.toLowerCase() === name,
      isGoing: doomed.has(entry.name),
      folder,
      path,
      dataWriteGuid,
      ...factsOf(store, container, dataWriteGuid),
    });
  }
  return inOrder(states);
}

/** By sequence; a state that lost its facts stands before the one that came from it, or else first. */
function inOrder(states: readonly StateFile[]): StateFile[] {
  const order = ({ isReplica, facts }: StateFile) => (isReplica ? Number.POSITIVE_INFINITY : (facts?.sequence ?? 0));
  const known = states.filter(({ isReplica, facts }) => isReplica || facts !== null);
  known.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  for (const state of states) {
    if (known.includes(state)) continue;
    const next = known.findIndex(({ facts }) => facts !== null && facts.previousGuid === state.dataWriteGuid);
    known.splice(Math.max(0, next), 0, state);
  }
  return known;
}

function factsOf(
  store: ReadableStore,
  container: string,
  guid: string | null,
): { facts: SidecarHeader | null; defect: StorageError | null } {
  if (guid === null) return { facts: null, defect: null };
  try {
    return { facts: readSidecarHeader(store, container, guid), defect: null };
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return { facts: null, defect: error.kind === 'not-found' ? null : error };
  }
}
