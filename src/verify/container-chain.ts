/**
 * The disks of a container, opened one after another from the oldest on, so that each finds its parent open already:
 * every file is opened once, however deep the chain. What no later state can need is closed on the way.
 *
 * Backups wait for nobody: one that comes meanwhile makes the live replica a point, and puts another disk in its place. A
 * state is the disk that it was when it was listed, wherever that lies now.
 */

import { BelowDisk } from '../disk/below-disk.ts';
import type { DiskImage, OpenParent, ParentRequest } from '../disk/disk-image.ts';
import { notFound, StorageError } from '../errors.ts';
import type { ByteFile } from '../io/byte-file.ts';
import { PageCache } from '../io/cached-file.ts';
import type { AddressMap } from '../map/address-map.ts';
import { FileMap } from '../map/maps.ts';
import { readDataWriteGuid, VhdxFile } from '../vhdx/vhdx-file.ts';
import type { StateFile } from './state-files.ts';

export type OpenState = {
  /** Where it is now. */
  readonly state: StateFile;
  readonly file: ByteFile;
  /** The state's disk, composed with its parents. What it keeps in memory for reading goes with it. */
  readonly disk: VhdxFile;
  /** The same disk as others stand on it: nothing is read through it as a whole, so it keeps nothing. */
  readonly link: VhdxFile;
  /** The file alone: what it takes from its parent is a computed leaf of `BELOW`. */
  readonly own: AddressMap;
};

export class ContainerChain {
  readonly #open: (path: string) => ByteFile;
  readonly #all: readonly StateFile[];
  readonly #list: () => readonly StateFile[];
  readonly #cache = new PageCache();
  /** States whose opening waits for that of a parent: none may be its own. */
  readonly #waiting = new Set<StateFile>();
  #states: Pick<OpenState, 'file' | 'link'>[] = [];

  /** `states`: all of the container, among which parents are looked for that are not open yet. `list`: as they are now. */
  constructor(open: (path: string) => ByteFile, states: readonly StateFile[], list: () => readonly StateFile[]) {
    this.#open = open;
    this.#all = states;
    this.#list = list;
  }

  /** Opens the next state. Throws what keeps it from being read. */
  next(listed: StateFile): OpenState {
    const { state, bytes } = this.#find(listed);
    const file = this.#cache.open(bytes);
    this.#waiting.add(listed);
    try {
      const open = (openParent: OpenParent) => VhdxFile.open(new FileMap(file), { name: state.path, openParent });
      const link = open((request) => this.#parentOf(request));
      const { parent } = link;
      const disk = parent === null ? link : open(() => parent);
      const own = parent === null ? link : open(() => new BelowDisk(parent));
      if (parent === null) this.#closeUpTo(this.#states.length - 1);
      this.#states.push({ file, link });
      return { state, file, link, disk, own };
    } catch (error) {
      file.close();
      throw error;
    } finally {
      this.#waiting.delete(listed);
    }
  }

  #find(listed: StateFile): { state: StateFile; bytes: ByteFile } {
    const bytes = this.#open(listed.path);
    const guid = listed.dataWriteGuid;
    if (guid === null || readDataWriteGuid(new FileMap(bytes)) === guid) return { state: listed, bytes };
    bytes.close();
    const state = this.#list().find(({ dataWriteGuid }) => dataWriteGuid === guid);
    if (state !== undefined) return { state, bytes: this.#open(state.path) };
    throw new StorageError('conflict', 'STATE_REPLACED', `${listed.path} is another disk than when it was listed`, {
      image: listed.path,
      hint: 'verify again; only pitvault, and one at a time, may change the files of its pool',
    });
  }

  close(): void {
    this.#closeUpTo(this.#states.length);
  }

  /** Closes all but the states from this place on. */
  #closeUpTo(count: number): void {
    for (const { file } of this.#states.splice(0, Math.max(0, count))) file.close();
  }

  #parentOf(request: ParentRequest): DiskImage {
    const found = this.#states.findLast(({ link }) => request.identities.includes(link.dataIdentity));
    if (found !== undefined) return found.link;
    const named = ({ dataWriteGuid }: StateFile) =>
      dataWriteGuid !== null && request.identities.includes(dataWriteGuid);
    const waits = this.#all.find((state) => named(state) && !this.#waiting.has(state));
    if (waits !== undefined) return this.next(waits).link;
    throw notFound('PARENT_NOT_FOUND', `the parent of ${request.child} is no readable state of its container`, {
      image: request.child,
      hint: `it has to carry the identity ${request.identities.join(' or ')}`,
    });
  }
}
