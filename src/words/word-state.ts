/** What the admin's words leave behind for each other: attached disks, and drive letters with what is exposed there. */

import { existsSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../errors.ts';
import { makeFolders } from '../io/make-folders.ts';
import { isMounted } from '../serve/fuse/mount-point.ts';
import { stateSubfolder } from '../serve/state-folder.ts';

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

export class WordState {
  readonly #folder = stateSubfolder('words');
  #state: State;

  /** Exposures whose mount is gone (a crash, a reboot, somebody's umount) are forgotten. */
  constructor() {
    const state = this.#read();
    const exposures = state.exposures.filter(({ directory }) => isMounted(directory));
    this.#state = { ...state, exposures };
    if (exposures.length < state.exposures.length) this.#write();
  }

  get attached(): readonly AttachedDisk[] {
    return this.#state.attached;
  }

  get exposures(): readonly Exposure[] {
    return this.#state.exposures;
  }

  attach(path: string): AttachedDisk {
    const found = this.#state.attached.find((disk) => disk.path === path);
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

  /** The folder of a letter, made when it is missing. */
  letterFolder(letter: string): string {
    const folder = join(this.#folder, 'drives', letter[0]!);
    makeFolders(folder, 0o700);
    return folder;
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
    if (directory.startsWith(this.#folder)) rmdirSync(directory);
  }

  get #path(): string {
    return join(this.#folder, 'state.json');
  }

  #read(): State {
    if (!existsSync(this.#path)) return EMPTY;
    return { ...EMPTY, ...(JSON.parse(readFileSync(this.#path, 'utf8')) as Partial<State>) };
  }

  #write(): void {
    writeFileSync(`${this.#path}.partial`, `${JSON.stringify(this.#state, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#path}.partial`, this.#path);
  }
}
