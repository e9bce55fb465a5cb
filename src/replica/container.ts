/**
 * The container of one replica on a FileStore: which states it holds, and their disks opened over their parents.
 *
 * 1. A state is known by the DataWriteGuid of its disk, whatever folder that lies in; its sidecar says the rest.
 * 2. Parents are looked for where the child says (`..\<PITId>\disk0.vhdx`), then by identity among all states.
 */

import { parseGuid } from '../base/guid.ts';
import type { DiskImage, ParentRequest } from '../disk/disk-image.ts';
import { notFound, StorageError } from '../errors.ts';
import { makeOpenParent } from '../image/image-chain.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { FileStore } from '../io/file-store.ts';
import { FileMap } from '../map/maps.ts';
import type { SidecarHeader } from '../sidecar/format.ts';
import { isSidecarLost, readSidecarHeader } from '../sidecar/sidecar-files.ts';
import { readDataWriteGuid, VhdxFile } from '../vhdx/vhdx-file.ts';
import { diskPath, replicaIdOf } from './layout.ts';
import { readTombstone } from './tombstone.ts';

export type State = {
  /** Folder: the PITId, or the PhysicalReplicaId for the live replica. */
  readonly id: string;
  readonly isReplica: boolean;
  readonly path: string;
  /** DataWriteGuid of the disk; null when its header cannot be read. */
  readonly guid: string | null;
  /** Null when there is no readable sidecar. */
  readonly facts: SidecarHeader | null;
};

export type OpenState = {
  readonly disk: DiskImage;
  /** Files of the chain. */
  readonly depth: number;
  close(): void;
};

export class Container {
  readonly path: string;
  readonly replicaId: string;
  readonly store: FileStore;

  constructor(store: FileStore, path: string) {
    this.store = store;
    this.path = path;
    this.replicaId = replicaIdOf(path);
  }

  /** The live replica, or null when there is none. */
  replica(): State | null {
    return this.#state(this.replicaId);
  }

  /** Folder names of recovery points, without those that are being removed. */
  pointIds(): string[] {
    const doomed = new Set(readTombstone(this.store, this.path).map(({ id }) => id));
    return this.#pointFolders().filter((id) => !doomed.has(id));
  }

  #pointFolders(): string[] {
    const { store, path, replicaId } = this;
    return store
      .list(path)
      .filter(({ name, kind }) => kind === 'folder' && parseGuid(name) !== null && name.toLowerCase() !== replicaId)
      .map(({ name }) => name);
  }

  /** All states, oldest first, the live replica last. Those without a sidecar come first. */
  states(): State[] {
    const points = this.pointIds().flatMap((id) => this.#state(id) ?? []);
    const replica = this.replica();
    points.sort((a, b) => (a.facts?.sequence ?? 0) - (b.facts?.sequence ?? 0) || (a.id < b.id ? -1 : 1));
    return replica === null ? points : [...points, replica];
  }

  /** DataWriteGuid of the disk in a folder; null when there is none, or it is unreadable. */
  guidIn(id: string): string | null {
    const path = diskPath(this.path, id);
    return this.store.exists(path) ? dataWriteGuidOf(this.store, path) : null;
  }

  /** The state's disk over all its parents. Whoever opens it closes it. */
  open(state: Pick<State, 'path'>): OpenState {
    return openChain(state.path, {
      openFile: (path) => this.store.open(path),
      findParent: (request) => this.#findParent(request),
    });
  }

  #state(id: string): State | null {
    const path = diskPath(this.path, id);
    if (!this.store.exists(path)) return null;
    const guid = this.guidIn(id);
    return { id, isReplica: id.toLowerCase() === this.replicaId, path, guid, facts: this.factsOf(guid) };
  }

  /** What the sidecar of a disk says; null when there is none, or it is damaged. */
  factsOf(guid: string | null): SidecarHeader | null {
    if (guid === null) return null;
    try {
      return readSidecarHeader(this.store, this.path, guid);
    } catch (error) {
      if (isSidecarLost(error)) return null;
      throw error;
    }
  }

  #findParent({ candidates, identities, child }: ParentRequest): { file: ByteFile; path: string } {
    const named = candidates.flatMap(({ path }) => /^\.\.\\([^\\]+)\\[^\\]+$/.exec(path)?.[1] ?? []);
    const ids = [...named, ...this.#pointFolders(), this.replicaId];
    for (const id of ids) {
      const guid = this.guidIn(id);
      if (guid === null || !identities.includes(guid)) continue;
      const path = diskPath(this.path, id);
      return { file: this.store.open(path), path };
    }
    throw notFound('PARENT_NOT_FOUND', `the parent of ${child} (${identities.join(' or ')}) is not in its container`, {
      image: child,
      hint: 'find the folder that was removed from the container, and put it back',
    });
  }
}

type ChainSource = {
  readonly openFile: (path: string) => ByteFile;
  readonly findParent: (request: ParentRequest) => { readonly file: ByteFile; readonly path: string };
};

function openChain(path: string, { openFile, findParent }: ChainSource): OpenState {
  const files: ByteFile[] = [];
  const close = (): void => {
    for (const file of files.splice(0)) file.close();
  };
  const keep = (file: ByteFile): ByteFile => {
    files.push(file);
    return file;
  };
  try {
    const openParent = makeOpenParent({
      childPath: null,
      searchFolders: [],
      ignoreIdentity: false,
      openFile: (one) => keep(openFile(one)),
      findings: [],
      findParent: (request) => {
        const found = findParent(request);
        keep(found.file);
        return found;
      },
    });
    const disk = VhdxFile.open(new FileMap(keep(openFile(path))), { name: path, openParent });
    return { disk, depth: files.length, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** DataWriteGuid of a disk; null also for what is no file (a folder, a pipe): whoever opens the state is told. */
export function dataWriteGuidOf(store: Pick<FileStore, 'open'>, path: string): string | null {
  let file: ByteFile;
  try {
    file = store.open(path);
  } catch (error) {
    if (StorageError.is(error) && error.kind === 'invalid-argument') return null;
    throw error;
  }
  try {
    return readDataWriteGuid(new FileMap(file));
  } finally {
    file.close();
  }
}
