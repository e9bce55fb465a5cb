/**
 * What is shown to those who browse: the files of one volume, or a pool as folders of servers, replicas and points with
 * the files of each point in it. Numbers of folders and volumes stay what they were when it was opened.
 */

import { StorageError } from '../errors.ts';
import type { FileEntry, FileSystem } from '../filesystem/file-system.ts';
import { chooseShadow, type ShadowChoice } from '../image/choose-shadow.ts';
import { type Image, openImage } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import { chooseVolume } from '../pool/replica-volume.ts';
import { openPool } from '../pool/scan-pool.ts';
import { type Container, pointsByTime } from '../pool/storage-pool.ts';

export type ServedFolder = {
  readonly kind: 'folder';
  /** From 1, the root. */
  readonly id: number;
  readonly name: string;
  readonly modifiedMs: number;
  /** Built when first asked for: it may have to open disks. */
  readonly children: () => Promise<readonly (ServedFolder | ServedVolume)[]>;
};

/** A file system in the tree. */
export type ServedVolume = {
  readonly kind: 'volume';
  /** From 1. */
  readonly id: number;
  readonly name: string;
  readonly modifiedMs: number;
};

export type SourceOptions = ShadowChoice & {
  /** Paths of an image, or roots of a pool. */
  readonly roots: readonly string[];
  readonly isPool: boolean;
  readonly volume?: string | undefined;
  readonly open: OpenOptions;
};

/** File systems held open at once, but for those that somebody holds: the points of a pool may be hundreds. */
const OPEN_MAX = 16;

type Opened = {
  readonly fileSystem: FileSystem;
  /** Of its content: see Image. */
  readonly identity: string | null;
  readonly close: () => Promise<void>;
};

/** A file system that stays open until this is disposed of. */
export type HeldVolume = Disposable & {
  readonly fileSystem: FileSystem;
  /** Of its content: see Image. */
  readonly identity: string | null;
};

export class ServedTree implements AsyncDisposable {
  readonly root: ServedFolder | ServedVolume;
  /** Told of each file system that was closed to make room: whoever keeps anything of it would keep all of it in memory. */
  onClosed: (fileSystem: FileSystem) => void = () => undefined;
  readonly #openVolume: (id: number) => Promise<Opened>;
  readonly #folders: ReadonlyMap<number, ServedFolder>;
  readonly #open = new Map<number, Opened>();
  readonly #opening = new Map<number, Promise<FileSystem>>();
  readonly #isRemembered: boolean;
  /** Of every volume that has been open. */
  readonly #identities = new Map<number, string | null>();
  /** How many hold a volume. */
  readonly #holders = new Map<number, number>();
  readonly #closeSource: () => Promise<void>;

  private constructor(
    root: ServedFolder | ServedVolume,
    folders: ReadonlyMap<number, ServedFolder>,
    openVolume: (id: number) => Promise<Opened>,
    closeSource: () => Promise<void>,
    isRemembered: boolean,
  ) {
    this.#isRemembered = isRemembered;
    this.root = root;
    this.#folders = folders;
    this.#openVolume = openVolume;
    this.#closeSource = closeSource;
  }

  /** `isRemembered`: whoever browses keeps what it has seen of a volume (a kernel), and must never see another in its place. */
  static async open(options: SourceOptions, isRemembered = false): Promise<ServedTree> {
    return options.isPool ? ServedTree.#openPool(options, isRemembered) : ServedTree.#openImage(options, isRemembered);
  }

  static async #openImage(options: SourceOptions, isRemembered: boolean): Promise<ServedTree> {
    const image = await openImage(options.roots[0]!, options.open);
    try {
      const fileSystem = chooseShadow(image.volume(options.volume), options).requireFileSystem();
      const root: ServedVolume = { kind: 'volume', id: 1, name: '', modifiedMs: 0 };
      const opened = { fileSystem, identity: image.contentIdentity, close: async () => undefined };
      const tree = new ServedTree(
        root,
        new Map(),
        async () => opened,
        () => image.close(),
        isRemembered,
      );
      tree.#open.set(1, opened);
      return tree;
    } catch (error) {
      await image.close();
      throw error;
    }
  }

  static async #openPool(options: SourceOptions, isRemembered: boolean): Promise<ServedTree> {
    const pool = await openPool(options.roots, options.open);
    const layout = layOut(pool.containers);
    return new ServedTree(
      layout.folders.get(1)!,
      layout.folders,
      async (id) => {
        const { container, point } = layout.points[id - 1]!;
        const image = await point.open();
        try {
          const fileSystem = readable(image, container, options);
          return { fileSystem, identity: image.contentIdentity, close: () => image.close() };
        } catch (error) {
          await image.close();
          throw error;
        }
      },
      () => pool.close(),
      isRemembered,
    );
  }

  folder(id: number): ServedFolder | null {
    return this.#folders.get(id) ?? null;
  }

  /**
   * The file system of a volume, at once where it is open. The one used longest ago makes room: what it has given is worth
   * nothing then, so whoever keeps any of that compares, or holds the volume.
   */
  fileSystem(id: number): FileSystem | Promise<FileSystem> {
    const open = this.#open.get(id);
    if (open === undefined) return this.#load(id);
    if (this.#open.size > 1) {
      this.#open.delete(id);
      this.#open.set(id, open);
    }
    return open.fileSystem;
  }

  /** The same for those who need it for longer, however many others are opened meanwhile. */
  async hold(id: number): Promise<HeldVolume> {
    const kept = this.keep(id);
    try {
      const fileSystem = await this.fileSystem(id);
      const identity = this.#open.get(id)?.identity ?? null;
      return { fileSystem, identity, [Symbol.dispose]: kept[Symbol.dispose] };
    } catch (error) {
      kept[Symbol.dispose]();
      throw error;
    }
  }

  /** Keeps a volume open, once it is, until this is disposed of. */
  keep(id: number): Disposable {
    this.#holders.set(id, (this.#holders.get(id) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = this.#holders.get(id)! - 1;
        if (left > 0) this.#holders.set(id, left);
        else this.#holders.delete(id);
      },
    };
  }

  /** Those who ask while it is being opened get the same. */
  #load(id: number): Promise<FileSystem> {
    const opening = this.#opening.get(id) ?? this.#openAndMakeRoom(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #openAndMakeRoom(id: number): Promise<FileSystem> {
    const opened = await this.#openVolume(id);
    const known = this.#identities.get(id);
    if (this.#isRemembered && known !== undefined && known !== opened.identity) {
      await opened.close();
      throw wasReplaced();
    }
    this.#identities.set(id, opened.identity);
    this.#open.set(id, opened);
    for (const [other, { fileSystem, close }] of this.#open) {
      if (this.#open.size <= OPEN_MAX) break;
      if (other === id || this.#holders.has(other)) continue;
      this.#open.delete(other);
      this.onClosed(fileSystem);
      await close();
    }
    return opened.fileSystem;
  }

  async close(): Promise<void> {
    for (const { close } of this.#open.values()) await close();
    this.#open.clear();
    await this.#closeSource();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function wasReplaced(): StorageError {
  return new StorageError(
    'conflict',
    'SERVED_REPLACED',
    'it holds something else than when it was shown here: a backup has replaced the live replica',
    {
      hint: 'end this and start it again to see the new one; its recovery points can be read as before',
    },
  );
}

function readable(image: Image, container: Container, options: SourceOptions): FileSystem {
  return chooseVolume(image, container, options.volume).requireFileSystem();
}

type Layout = {
  readonly folders: Map<number, ServedFolder>;
  readonly points: { readonly container: Container; readonly point: Container['points'][number] }[];
};

/** Root, servers, replicas; a replica's points are listed when somebody looks, as their times lie in their disks. */
function layOut(containers: readonly Container[]): Layout {
  const folders = new Map<number, ServedFolder>();
  const points: Layout['points'] = [];
  const add = (name: string, modifiedMs: number, children: ServedFolder['children']): ServedFolder => {
    const folder: ServedFolder = { kind: 'folder', id: folders.size + 1, name, modifiedMs, children };
    folders.set(folder.id, folder);
    return folder;
  };
  const servers: ServedFolder[] = [];
  const newest = (container: Container): number =>
    Math.max(0, ...[container.replica, ...container.points].map((point) => point?.folderModifiedMs ?? 0));
  add('', Math.max(0, ...containers.map(newest)), async () => servers);
  for (const server of new Set(containers.map((container) => container.server))) {
    const own = containers.filter((container) => container.server === server);
    const replicas = own.map((container) => {
      const states = [container.replica, ...container.points].filter((point) => point?.locator != null);
      const first = points.length + 1;
      for (const point of states) points.push({ container, point: point! });
      let listed: readonly ServedVolume[] | undefined;
      return add(shownName(container, own), newest(container), async () => {
        listed ??= await listPoints(container, (id) => first + states.findIndex((point) => point!.id === id));
        return listed;
      });
    });
    servers.push(add(server, Math.max(0, ...own.map(newest)), async () => replicas));
  }
  return { folders, points };
}

/** What pitvault calls the replica; its id where it has no name, or shares it with another of the server. */
function shownName({ name, replicaId }: Container, own: readonly Container[]): string {
  const named = own.filter((other) => name === other.name || name === other.replicaId);
  return name === null || named.length > 1 ? replicaId : name;
}

/** `2024-07-28 20.00.00Z`, and `live`; a second point of the same second has its id behind it. */
async function listPoints(container: Container, idOf: (point: string) => number): Promise<ServedVolume[]> {
  const volumes: ServedVolume[] = [];
  for (const { point, time } of await pointsByTime(container)) {
    if (point.locator === null) continue;
    const moment = new Date(time.ms).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
    const plain = point.isReplica ? 'live' : `${moment}Z`;
    const name = volumes.some((other) => other.name === plain) ? `${plain} ${point.id}` : plain;
    volumes.push({ kind: 'volume', id: idOf(point.id), name, modifiedMs: time.ms });
  }
  return volumes;
}

/** Where a link leads, as a relative path that stays in the volume; Windows' own roots become that of the volume. */
export function linkTarget(entry: FileEntry): string {
  const target = (entry.target ?? '').replaceAll('\\', '/');
  const from = entry.path.split('/').slice(1, -1);
  const absolute = /^(?:[A-Za-z]:)?\//.test(target) && !target.startsWith('//');
  const parts = absolute ? [] : [...from];
  for (const part of target.replace(/^[A-Za-z]:/, '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  let common = 0;
  while (common < from.length && common < parts.length && from[common] === parts[common]) common++;
  const relative = [...from.slice(common).map(() => '..'), ...parts.slice(common)].join('/');
  return relative === '' ? '.' : relative;
}
