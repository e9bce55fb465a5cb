/**
 * A mounted source: the thread that answers the kernel, and the life of the mount around it. This thread only watches:
 * it never touches the mounted folder, which would wait for itself.
 */

import { closeSync, constants, openSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { asStorageError, notFound, StorageError, unsupported } from '../../errors.ts';
import type { SourceOptions } from '../served-tree.ts';
import type { FuseMessage, FuseTask } from './answer-kernel.ts';
import { deviceOf, isMounted, mountAsRoot, mountOptions, raiseReadAhead, unmount } from './mount-point.ts';
import { startFuseWorker } from './start-worker.ts';

export type MountOptions = {
  readonly source: SourceOptions;
  readonly directory: string;
  /** Let other users in. */
  readonly allowOther?: boolean | undefined;
  /** The thread that answers, where it was started before (start-worker.ts). */
  readonly worker?: Worker | undefined;
  /** Called when the folder is mounted, before anything can be read. */
  readonly onMounted?: ((directory: string, device: string | null) => void) | undefined;
  /** Ends the opening of the source. */
  readonly signal?: AbortSignal | undefined;
  /** Mounts for those who are not root: returns the open device. */
  readonly mountAsUser?: ((directory: string, options: readonly string[]) => Promise<number>) | undefined;
};

const END_MS = 3000;

export class FuseMount {
  /** The folder, without links in its path. */
  readonly directory: string;
  /** Resolves when the file system is unmounted, by whomever; rejects when answering failed. */
  readonly ended: Promise<void>;
  readonly #device: string | null;
  readonly #counters: Int32Array;

  private constructor(directory: string, device: string | null, counters: Int32Array, ended: Promise<void>) {
    this.directory = directory;
    this.#device = device;
    this.#counters = counters;
    this.ended = ended;
  }

  /**
   * Mounts, and resolves when the first file can be read. The source is opened before: a file of it that lies below the
   * folder (the parent of a differencing disk, say) would be looked for in the mount, which nobody answers yet.
   */
  static async start(options: MountOptions): Promise<FuseMount> {
    const directory = mountPoint(options.directory);
    refuseOverSource(directory, options.source);
    const counters = new Int32Array(new SharedArrayBuffer(8));
    const { allowOther = false, source } = options;
    const mount = mountOptions(source.roots[0]!, allowOther);
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const asUser = owner.uid !== 0;
    let fd = asUser ? null : openDevice();
    const thread = openInWorker(options.worker ?? startFuseWorker(), source);
    let device: string | null = null;
    try {
      await unlessAborted(thread.ready, options.signal);
      if (fd === null) fd = await mountForUser(options, directory, mount);
      else mountAsRoot(fd, directory, mount, owner.uid);
      device = deviceOf(directory);
      options.onMounted?.(directory, device);
    } catch (error) {
      if (device !== null) unmount(directory, true, device);
      if (fd !== null) closeSync(fd);
      thread.stop();
      throw asStorageError(error, { image: source.roots[0] });
    }
    const open = fd;
    thread.tell({ kind: 'answer', fd: open, owner, counters });
    raiseReadAhead(directory);
    const ended = thread.ended.finally(() => closeSync(open)).catch((error) => leave(directory, device, error));
    ended.catch(() => undefined); // whoever started the mount awaits it too
    return new FuseMount(directory, device, counters, ended);
  }

  /** Whether it is on its folder still, under something else perhaps. */
  get isThere(): boolean {
    return isMounted(this.directory, this.#device);
  }

  /** Requests answered so far. */
  get requests(): number {
    return Atomics.load(this.#counters, 0);
  }

  /** Unmounts when nobody is inside; throws FUSE_BUSY else. */
  unmountIfFree(): void {
    if (this.isThere) unmount(this.directory, false, this.#device);
  }

  /** Unmounts and waits for the end; those who are inside have a moment to leave. Throws FUSE_COVERED. */
  async end(): Promise<'ended' | 'left running'> {
    if (this.isThere) unmount(this.directory, true, this.#device);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'left running'>((resolve) => {
      timer = setTimeout(() => resolve('left running'), END_MS);
    });
    const outcome = await Promise.race([this.ended.then(() => 'ended' as const), late]);
    clearTimeout(timer);
    return outcome;
  }
}

/** Nobody answers any more: what is left of the mount would only fail whoever looks at it. */
function leave(directory: string, device: string | null, reason: unknown): never {
  try {
    if (isMounted(directory, device)) unmount(directory, true, device);
  } catch (error) {
    if (!StorageError.is(error)) throw error; // it stays, and so does its record: the next start cleans it away
  }
  throw reason;
}

/** Rejects as soon as the signal comes. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new StorageError('cancelled', 'CANCELLED', 'cancelled'));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function mountPoint(directory: string): string {
  let real: string;
  try {
    real = realpathSync(directory);
  } catch (error) {
    const hint =
      'make an empty folder to mount on: mkdir DIR. If one is there, an older mount was left on it: pitvault mounts cleans it';
    throw notFound('FUSE_NO_FOLDER', `${directory} is not a folder that can be reached`, {
      image: directory,
      hint,
      cause: error,
    });
  }
  if (!statSync(real).isDirectory()) {
    throw new StorageError('invalid-argument', 'FUSE_NO_FOLDER', `${directory} is not a folder`, { image: directory });
  }
  if (isMounted(real)) {
    throw new StorageError('conflict', 'FUSE_MOUNTED', `${directory} is a mount of pitvault already`, {
      image: directory,
      hint: `end it first: pitvault unmount ${directory}`,
    });
  }
  return real;
}

/** What is read through a mount of its own waits for itself, for ever. */
function refuseOverSource(directory: string, { roots, isPool, open }: SourceOptions): void {
  const { searchFolders = [], disks = [], diffAreas = [] } = open;
  for (const named of [...roots, ...searchFolders, ...disks, ...diffAreas]) {
    const path = realPath(named.split('::')[0]!);
    // Of a pool every folder is looked into.
    const isOver = isWithin(path, directory) || (isPool && roots.includes(named) && isWithin(directory, path));
    if (!isOver) continue;
    const how = isWithin(path, directory) ? 'would be hidden below it' : 'is looked through as a whole';
    throw new StorageError('conflict', 'FUSE_OVER_SOURCE', `cannot mount on ${directory}: ${named} ${how}`, {
      image: directory,
      hint: 'mount on an empty folder elsewhere: mkdir DIR',
    });
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path); // what is not there is told by whoever opens it
  }
}

const ELSE = 'serve the files over WebDAV instead: pitvault serve webdav SOURCE';

function openDevice(): number {
  try {
    return openSync('/dev/fuse', constants.O_RDWR);
  } catch (error) {
    const { message } = error as Error;
    throw unsupported('FUSE_NO_DEVICE', `/dev/fuse cannot be opened: ${message}`, { hint: ELSE, cause: error });
  }
}

async function mountForUser(options: MountOptions, directory: string, mount: readonly string[]): Promise<number> {
  if (options.mountAsUser !== undefined) return options.mountAsUser(directory, mount);
  throw unsupported('FUSE_NOT_ROOT', 'only root can mount here', { hint: `run as root, or ${ELSE}` });
}

type RunningWorker = {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly tell: (task: FuseTask) => void;
  readonly stop: () => void;
};

/** Has a worker open the source. */
function openInWorker(worker: Worker, source: SourceOptions): RunningWorker {
  const ready = deferred();
  const ended = deferred();
  const fail = (error: unknown): void => {
    ready.reject(error);
    ended.reject(error);
  };
  worker.on('message', (message: FuseMessage) => {
    if (message.kind === 'ready') ready.resolve();
    else if (message.kind === 'ended') ended.resolve();
    else fail(StorageError.fromJSON(message.error));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a thread of the mount ended'))); // says nothing when it has ended well
  ready.promise.catch(() => undefined); // awaited later, if the folder could be mounted at all
  ended.promise.catch(() => undefined);
  const tell = (task: FuseTask): void => worker.postMessage(task);
  tell({ kind: 'open', source });
  return { ready: ready.promise, ended: ended.promise, tell, stop: () => void worker.terminate() };
}

type Deferred = {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

function deferred(): Deferred {
  let settle: Omit<Deferred, 'promise'> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}
