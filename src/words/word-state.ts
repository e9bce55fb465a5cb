/** What the admin's words leave behind for each other: attached disks, and drive letters with what is exposed there. */

import { readFileSync, realpathSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asStorageError, StorageError } from '../errors.ts';
import { makeFolders } from '../io/make-folders.ts';
import { PortableHostFiles } from '../io/portable-host-files.ts';
import { type ProcessLock, takeLock } from '../io/process-lock.ts';
import { isMounted } from '../serve/fuse/mount-point.ts';
import { stateFolder, stateSubfolder } from '../serve/state-folder.ts';
import { parseLetter } from './volume-name.ts';

export type AttachedDisk = {
  /** As Windows numbers disks. */
  readonly number: number;
  /** Absolute locator. */
  readonly path: string;
};

export type Exposure = {
  /** `X:`, or the folder that was named instead of a letter. */
  readonly at: string;
  /** The folder that shows the files. */
  readonly directory: string;
  readonly volumeGuid: string;
  /** Shadow copy or recovery point; null for the volume itself. */
  readonly shadowId: string | null;
  readonly image: string;
};

type State = { readonly attached: readonly AttachedDisk[]; readonly exposures: readonly Exposure[] };

const EMPTY: State = { attached: [], exposures: [] };

/** How long a command waits for another one, which may be mounting. */
const WAIT_MS = 30_000;
const STEP_MS = 20;

export class WordState {
  /** Made by what changes the state: who only looks may have no place to write to. */
  readonly #folder = join(stateFolder(), 'words');
  #state: State;

  constructor() {
    this.#state = this.#read();
  }

  /** Runs `work` while no other command changes the state, which is read anew before. */
  async exclusively<T>(work: () => T | Promise<T>): Promise<T> {
    using _ = await this.#lock();
    this.#state = this.#read();
    return await work();
  }

  async #lock(): Promise<ProcessLock> {
    stateSubfolder('words');
    const until = Date.now() + WAIT_MS;
    for (;;) {
      try {
        return takeLock(new PortableHostFiles('the words need no more'), join(this.#folder, 'state.lock'));
      } catch (error) {
        if (!StorageError.is(error) || error.code !== 'LOCK_HELD' || Date.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, STEP_MS * (0.5 + Math.random())));
    }
  }

  get attached(): readonly AttachedDisk[] {
    return this.#state.attached;
  }

  get exposures(): readonly Exposure[] {
    return this.#state.exposures;
  }

  /** The attached disk of this name, or of another name that leads to the same file. */
  find(path: string): AttachedDisk | undefined {
    const { attached } = this.#state;
    const real = realLocator(path);
    return attached.find((disk) => disk.path === path) ?? attached.find((disk) => realLocator(disk.path) === real);
  }

  /** Like all that changes the state, within `exclusively`. */
  attach(path: string): AttachedDisk {
    const found = this.find(path);
    if (found !== undefined) {
      throw new StorageError('conflict', 'DISK_ATTACHED', `${path} is attached already, as disk ${found.number}`, {
        image: path,
        hint: 'pitvault dismount-vhd detaches it',
      });
    }
    let number = 1;
    while (this.#state.attached.some((disk) => disk.number === number)) number++;
    const disk = { number, path };
    this.#state = { ...this.#state, attached: [...this.#state.attached, disk] };
    this.#write();
    return disk;
  }

  detach(path: string): void {
    this.#state = { ...this.#state, attached: this.#state.attached.filter((disk) => disk.path !== path) };
    this.#write();
  }

  /** The folder of a letter, made when it is missing; its path is the one that the system lists mounts by. */
  letterFolder(letter: string): string {
    const folder = join(this.#folder, 'drives', letter[0]!);
    makeFolders(folder, 0o700);
    return realpathSync(folder);
  }

  exposed(at: string): Exposure | undefined {
    return this.#state.exposures.find((exposure) => exposure.at === at || exposure.directory === at);
  }

  addExposure(exposure: Exposure): void {
    this.#state = { ...this.#state, exposures: [...this.#state.exposures, exposure] };
    this.#write();
  }

  removeExposure({ at, directory }: Exposure): void {
    this.#state = { ...this.#state, exposures: this.#state.exposures.filter((other) => other.at !== at) };
    this.#write();
    if (parseLetter(at) !== null) rmdirSync(directory);
  }

  get #path(): string {
    return join(this.#folder, 'state.json');
  }

  /** Exposures whose mount is gone (a crash, a reboot, somebody's umount) are forgotten. */
  #read(): State {
    let text: string;
    try {
      if (statSync(this.#path, { throwIfNoEntry: false }) === undefined) return EMPTY;
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      throw asStorageError(error, { image: this.#path });
    }
    const state = parseState(text);
    if (state === null) throw this.#damaged();
    return { ...state, exposures: state.exposures.filter(({ directory }) => isMounted(directory)) };
  }

  #damaged(): StorageError {
    const message = `${this.#path} does not say what is attached: it is damaged`;
    return new StorageError('corrupt', 'WORDS_STATE_DAMAGED', message, {
      image: this.#path,
      hint: `pitvault mounts lists what is mounted, pitvault unmount ends it; then remove ${this.#path} and attach the disks again`,
    });
  }

  #write(): void {
    writeFileSync(`${this.#path}.partial`, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#path}.partial`, this.#path);
  }
}

/** A locator without links on its way; as it is where its file has gone. */
export function realLocator(locator: string): string {
  const [file = '', ...inner] = locator.split('::');
  try {
    return [realpathSync(file), ...inner].join('::');
  } catch {
    return locator;
  }
}

/** Null for what this version has not written. */
function parseState(text: string): State | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { attached, exposures } = (value ?? {}) as Partial<Record<keyof State, unknown>>;
  const isSound =
    Array.isArray(attached) &&
    attached.every(isAttachedDisk) &&
    Array.isArray(exposures) &&
    exposures.every(isExposure);
  return isSound ? { attached, exposures } : null;
}

function isAttachedDisk(value: Partial<Record<keyof AttachedDisk, unknown>> | null): value is AttachedDisk {
  return Number.isSafeInteger(value?.number) && typeof value?.path === 'string';
}

function isExposure(value: Partial<Record<keyof Exposure, unknown>> | null): value is Exposure {
  const texts = [value?.at, value?.directory, value?.volumeGuid, value?.image];
  return texts.every((text) => typeof text === 'string') && ['string', 'object'].includes(typeof value?.shadowId);
}
