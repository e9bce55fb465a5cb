/**
 * Where an engine's pool keeps things, and its two small files. Folders and disks lie as DPM's do (see pool/layout.ts):
 *
 *     <pool>/.pitvault/pool.json                     server and format
 *     <pool>/.pitvault/locks/<PhysicalReplicaId>     who writes the replica
 *     <pool>/.pitvault/leases/                       who reads which state (see image/reader-lease.ts)
 *     <pool>/<server FQDN>/<PhysicalReplicaId>/      the container of a replica
 *         .pitvault/replica.json                     its name and mode
 *         .pitvault/<DataWriteGuid>.state            sidecar of each state: time, order, fingerprints, changes
 *         .pitvault/inconsistent                     present from the start of a consistency check to its end
 *         <PhysicalReplicaId>/disk0.vhdx             the live replica
 *         <PhysicalReplicaId>/next-<guid>.vhdx       the state in the making, by its DataWriteGuid
 *         <PITId>/disk0.vhdx                         a recovery point
 */

import { parseGuid } from '../base/guid.ts';
import { corrupt, StorageError, unsupported } from '../errors.ts';
import type { FileStore } from '../io/file-store.ts';
import { OWN_FOLDER, poolFilePath, replicaFilePath, sidecarFolder } from '../sidecar/sidecar-files.ts';

export { leaseFolder, poolFilePath, replicaFilePath } from '../sidecar/sidecar-files.ts';

export const DISK_FILE = 'disk0.vhdx';

/** How the next state comes from the present one: by sharing extents, or as a disk that differs from it. */
export type ReplicaMode = 'clone' | 'chain';

export type PoolFile = { readonly server: string };

export type ReplicaFile = {
  readonly replicaId: string;
  readonly name: string;
  readonly mode: ReplicaMode;
  /** Chain mode: files that may hang on each other before a full base is made again. */
  readonly depthMax: number;
};

const POOL_FORMAT = 'pitvault pool';
const REPLICA_FORMAT = 'pitvault replica';
const VERSION = 1;

export const lockFolder = (pool: string): string => `${pool}/${OWN_FOLDER}/locks`;
export const lockPath = (pool: string, replicaId: string): string => `${lockFolder(pool)}/${replicaId}`;
export const containerPath = (pool: string, server: string, replicaId: string): string =>
  `${pool}/${server}/${replicaId}`;
export const inconsistentPath = (container: string): string => `${sidecarFolder(container)}/inconsistent`;
export const pointFolder = (container: string, id: string): string => `${container}/${id}`;
export const diskPath = (container: string, id: string): string => `${container}/${id}/${DISK_FILE}`;
export const nextPath = (container: string, replicaId: string, guid: string): string =>
  `${container}/${replicaId}/next-${guid}.vhdx`;

/** DataWriteGuid that the name of a state in the making says, or null for any other name. */
export function guidOfNext(name: string): string | null {
  const guid = /^next-(.+)\.vhdx$/.exec(name)?.[1];
  return guid === undefined ? null : parseGuid(guid);
}

/** PhysicalReplicaId of a container, from its path. */
export function replicaIdOf(container: string): string {
  return container.slice(container.lastIndexOf('/') + 1).toLowerCase();
}

/** Names that nobody can tell apart: letters with accents come composed from most keyboards, and in parts from macOS. */
export function isSameName(a: string, b: string): boolean {
  return a === b || a.normalize('NFC') === b.normalize('NFC');
}

export function encodePoolFile({ server }: PoolFile): Uint8Array {
  return encodeJson({ format: POOL_FORMAT, version: VERSION, server });
}

export function encodeReplicaFile({ replicaId, name, mode, depthMax }: ReplicaFile): Uint8Array {
  return encodeJson({ format: REPLICA_FORMAT, version: VERSION, replicaId, name, mode, depthMax });
}

/** Null when the folder is no pool of pitvault's. */
export function readPoolFile(store: Pick<FileStore, 'exists' | 'open'>, pool: string): PoolFile | null {
  const value = readJson(store, poolFilePath(pool), POOL_FORMAT);
  if (value === null) return null;
  return { server: textOf(value, 'server', poolFilePath(pool)) };
}

/** Null when the container is none of pitvault's: DPM's own, or one from which its folder was lost. */
export function readReplicaFile(store: Pick<FileStore, 'exists' | 'open'>, container: string): ReplicaFile | null {
  const path = replicaFilePath(container);
  try {
    const value = readJson(store, path, REPLICA_FORMAT);
    if (value === null) return null;
    const mode = textOf(value, 'mode', path);
    const depthMax = Number(value['depthMax']);
    if ((mode !== 'clone' && mode !== 'chain') || !(depthMax >= 1))
      throw badFile(path, `mode ${mode}, depthMax ${depthMax}`);
    const replicaId = textOf(value, 'replicaId', path);
    // Earlier versions made replicas without a name: their id stands for it.
    const name = value['name'] === '' ? replicaId : textOf(value, 'name', path);
    return { replicaId, name, mode, depthMax };
  } catch (error) {
    throw StorageError.is(error) && error.kind === 'corrupt' ? damagedReplicaFile(error, container) : error;
  }
}

export function missingReplicaFile(container: string): StorageError {
  const path = replicaFilePath(container);
  return damagedReplicaFile(corrupt('REPLICA_FILE_MISSING', `${path} is not there`, { image: path }), container);
}

/** Nothing but a name and two settings is lost: anybody who knows the name can write the file anew. */
function damagedReplicaFile({ code, message, at }: StorageError, container: string): StorageError {
  const example: ReplicaFile = { replicaId: replicaIdOf(container), name: 'NAME', mode: 'chain', depthMax: 64 };
  const text = JSON.stringify(JSON.parse(new TextDecoder().decode(encodeReplicaFile(example))));
  return corrupt(code, message, {
    ...at,
    hint: `put a good copy of this file back, or write it anew with the name that the replica had: ${text}; until then its disks are read by scan, recover and verify`,
  });
}

/** The file is there whole or not at all, whatever happens; the caller syncs its folder. */
export function writeWhole(store: FileStore, path: string, bytes: Uint8Array): void {
  const part = partOf(path);
  if (store.exists(part)) store.unlink(part);
  const file = store.create(part);
  try {
    file.write(0, bytes);
    file.flush();
  } finally {
    file.close();
  }
  store.rename(part, path);
}

/** Name under which `writeWhole` makes a file. */
export function partOf(path: string): string {
  return `${path}.part`;
}

/** @internal */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

const JSON_SIZE_MAX = 64 * 1024;

/** @internal */
export function readJson(
  store: Pick<FileStore, 'exists' | 'open'>,
  path: string,
  format: string,
): Record<string, unknown> | null {
  if (!store.exists(path)) return null;
  const file = store.open(path);
  const bytes = new Uint8Array(Math.min(file.size, JSON_SIZE_MAX));
  try {
    file.read(0, bytes);
  } finally {
    file.close();
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw badFile(path, 'it is no JSON');
  }
  if (typeof value !== 'object' || value === null) throw badFile(path, 'it is no object');
  const record = value as Record<string, unknown>;
  if (record['format'] !== format) throw badFile(path, `format: expected "${format}", found ${record['format']}`);
  if (record['version'] === VERSION) return record;
  throw unsupported('POOL_FILE_VERSION', `${path}: version ${record['version']} is of a later pitvault`, {
    image: path,
    hint: 'use the pitvault that has written it, or a later one',
  });
}

function textOf(value: Record<string, unknown>, key: string, path: string): string {
  const text = value[key];
  if (typeof text === 'string' && text !== '') return text;
  throw badFile(path, `${key} is missing`);
}

/** @internal */
export function badFile(path: string, why: string): StorageError {
  return corrupt('POOL_FILE_DAMAGED', `${path}: ${why}`, {
    image: path,
    hint: 'the disks beside it are read without it; scan and recover still work',
  });
}
