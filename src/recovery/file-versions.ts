/** One file over all states of a replica: which are there, and which differ. */

import { CopyEngine, hashMap } from '../copy/copy-engine.ts';
import { StorageError } from '../errors.ts';
import type { DataStream, FileSystem } from '../filesystem/file-system.ts';
import { chooseShadow } from '../image/choose-shadow.ts';
import type { Image } from '../image/image.ts';
import { normalizePath, splitStream } from '../image/path.ts';
import { type Extent, extentsOf } from '../map/extent.ts';
import { chooseVolume } from '../pool/replica-volume.ts';
import { type Container, pointsByTime, type StoragePool } from '../pool/storage-pool.ts';

export type FileVersion = {
  readonly replicaId: string;
  readonly pointId: string;
  readonly isReplica: boolean;
  readonly capturedMs: number;
  readonly size: number | null;
  readonly modifiedMs: number;
  /** Against the state before it. */
  readonly state: 'first' | 'same' | 'changed' | 'absent' | 'unreadable';
  /** How `same` or `changed` is known. */
  readonly how: 'extents' | 'size' | 'sha256' | null;
  readonly sha256?: string;
  readonly error?: string;
};

export type VersionOptions = {
  readonly server?: string | undefined;
  readonly replica?: string | undefined;
  readonly volume?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

/** Versions oldest first. Where the pool has several replicas, those that never held the path are left out. */
export async function fileVersions(
  pool: StoragePool,
  path: string,
  options: VersionOptions = {},
): Promise<FileVersion[]> {
  const versions: FileVersion[] = [];
  const containers = pool.select(options);
  await using engine = new CopyEngine();
  for (const container of containers) {
    const found = await versionsIn(await statesOf(container, options), path, engine, options);
    if (containers.length === 1 || found.some((version) => version.size !== null)) versions.push(...found);
  }
  if (versions.some((version) => version.size !== null)) return versions;
  throw versionsNone(containers.length === 1 ? 'this replica' : 'any replica', path);
}

/** The same over the shadow copies of a volume of one image, oldest first, and the volume as it is. */
export async function shadowVersions(image: Image, path: string, options: VersionOptions = {}): Promise<FileVersion[]> {
  const volume = image.volume(options.volume);
  const states: VersionState[] = volume.shadowCopies.copies.map((copy) => ({
    base: { replicaId: volume.guid ?? image.name, pointId: copy.id, isReplica: false, capturedMs: copy.createdMs },
    use: (work) => work(chooseShadow(volume, { shadow: String(copy.number) }).requireFileSystem()),
  }));
  states.push({
    base: { replicaId: volume.guid ?? image.name, pointId: 'live', isReplica: true, capturedMs: 0 },
    use: (work) => work(volume.requireFileSystem()),
  });
  await using engine = new CopyEngine();
  const versions = await versionsIn(states, path, engine, options);
  if (versions.some((version) => version.size !== null)) return versions;
  throw versionsNone(`volume ${volume.number}`, path);
}

function versionsNone(where: string, path: string): StorageError {
  return new StorageError('not-found', 'VERSIONS_NONE', `no state of ${where} holds ${path}`, {
    hint: 'paths start at the root of the volume: pitvault ls -R on one image shows them',
  });
}

/** One state of a volume, and how to look into it. */
type VersionState = {
  readonly base: Pick<FileVersion, 'replicaId' | 'pointId' | 'isReplica' | 'capturedMs'>;
  readonly use: <T>(work: (fileSystem: FileSystem) => Promise<T>) => Promise<T>;
};

async function statesOf(container: Container, options: VersionOptions): Promise<VersionState[]> {
  return (await pointsByTime(container)).map(({ point, time }) => ({
    base: { replicaId: container.replicaId, pointId: point.id, isReplica: point.isReplica, capturedMs: time.ms },
    use: async (work) => {
      await using image = await point.open();
      return await work(chooseVolume(image, container, options.volume).requireFileSystem());
    },
  }));
}

type Seen = { readonly size: number; readonly extents: readonly Extent[] | null; sha256: string | null };

async function versionsIn(
  states: readonly VersionState[],
  path: string,
  engine: CopyEngine,
  options: VersionOptions,
): Promise<FileVersion[]> {
  const versions: FileVersion[] = [];
  const { file, stream } = splitStream(normalizePath(path));
  let before: Seen | null = null;
  for (const { base, use } of states) {
    try {
      await use(async (fileSystem) => {
        const entry = fileSystem.lookup(file);
        if (entry === null) {
          versions.push({ ...base, size: null, modifiedMs: 0, state: 'absent', how: null });
          before = null;
          return;
        }
        const { seen, state, how } = await compare(
          fileSystem.open(entry, stream),
          before,
          engine,
          base.pointId,
          options,
        );
        before = seen;
        const { size, sha256 } = seen;
        const digest = sha256 === null ? {} : { sha256 };
        versions.push({ ...base, size, modifiedMs: entry.modifiedMs, state, how, ...digest });
      });
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error;
      versions.push({ ...base, size: null, modifiedMs: 0, state: 'unreadable', how: null, error: error.message });
    }
  }
  return versions;
}

/** By size, then by where the bytes live, then by their digest: the cheapest proof that decides. */
async function compare(
  content: DataStream,
  before: Seen | null,
  engine: CopyEngine,
  what: string,
  options: VersionOptions,
) {
  const extents = keepable(content);
  const seen: Seen = { size: content.size, extents, sha256: null };
  if (before !== null && before.size === seen.size && sameExtents(before.extents, extents)) {
    seen.sha256 = before.sha256;
    return { seen, state: 'same' as const, how: 'extents' as const };
  }
  let done = 0;
  const hashed = await hashMap(engine, content, {
    signal: options.signal,
    onBytes: (bytes) => options.onProgress?.((done += bytes), content.size, what),
  });
  seen.sha256 = hashed.sha256;
  if (before === null) return { seen, state: 'first' as const, how: null };
  if (before.size !== seen.size) return { seen, state: 'changed' as const, how: 'size' as const };
  return {
    seen,
    state: before.sha256 === seen.sha256 ? ('same' as const) : ('changed' as const),
    how: 'sha256' as const,
  };
}

/** More extents than this are not worth keeping for a comparison that a digest decides as well. */
const EXTENTS_MAX = 65_536;

function keepable(content: DataStream): Extent[] | null {
  const extents: Extent[] = [];
  for (const extent of extentsOf(content)) {
    if (extent.kind === 'computed' || extents.length >= EXTENTS_MAX) return null;
    extents.push(extent);
  }
  return extents;
}

/** Equal without reading: every leaf lives at the same place of the same unchanging file. */
export function sameExtents(a: readonly Extent[] | null, b: readonly Extent[] | null): boolean {
  if (a === null || b === null || a.length !== b.length) return false;
  return a.every((left, index) => {
    const right = b[index]!;
    if (left.kind !== right.kind || left.offset !== right.offset || left.length !== right.length) return false;
    if (left.kind !== 'data' || right.kind !== 'data') return left.kind === 'zero';
    return left.file.identity === right.file.identity && left.fileOffset === right.fileOffset;
  });
}
