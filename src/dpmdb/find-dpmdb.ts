/** DPMDB inside a pool: found by itself, read in place, from the newest state of it that is whole. */

import { DatabaseTables, partialText } from '../database/sql-tables.ts';
import { type Finding, notFound, StorageError, throwIfCancelled } from '../errors.ts';
import type { Image } from '../image/image.ts';
import { Database } from '../mdf/database.ts';
import { chooseVolume } from '../pool/replica-volume.ts';
import { type Container, type Point, pointsByTime, type StoragePool } from '../pool/storage-pool.ts';
import { findDpmdb } from '../recovery/select-files.ts';
import { type KnownPool, readKnownPool } from './known-replicas.ts';

/** Where a catalog came from. */
export type CatalogSource = {
  /** Locator of the database, or the file that was imported. */
  readonly database: string;
  readonly replicaId: string | null;
  readonly pointId: string | null;
  readonly capturedMs: number | null;
};

export type FoundDpmdb = {
  readonly known: KnownPool;
  readonly source: CatalogSource;
  readonly findings: readonly Finding[];
};

export type FindOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};

/**
 * Looks into the live replica of every container until one holds DPMDB, then goes back in time until a state of it reads
 * without loss. When none does, the newest that gave anything is taken, and what it lost is told. Containers whose live
 * replica cannot be read come last: to order their points by time each has to be opened.
 */
export async function findPoolDpmdb(pool: StoragePool, options: FindOptions = {}): Promise<FoundDpmdb> {
  const search: Search = { partial: null, reasons: [], options };
  const unread: Container[] = [];
  for (const [i, container] of pool.containers.entries()) {
    options.onProgress?.(i, pool.containers.length, 'looking for DPMDB');
    const { replica } = container;
    const result = replica === null || replica.locator === null ? '' : await look(container, replica);
    throwIfCancelled(options.signal);
    if (result === null) continue; // no DPMDB in this replica: nor in its older states
    if (typeof result === 'string') {
      if (result !== '') search.reasons.push(result);
      unread.push(container);
    } else if (isWhole(result)) return result;
    else {
      search.partial ??= result;
      const older = await lookBack(container, search);
      if (older !== null) return older;
    }
  }
  for (const container of unread) {
    const found = await lookBack(container, search);
    if (found !== null) return found;
  }
  if (search.partial !== null) return search.partial;
  const { reasons } = search;
  throw notFound('DPMDB_NOT_IN_POOL', `no replica of the pool holds a readable DPMDB`, {
    image: pool.roots[0],
    hint: `${reasons.length > 0 ? `${reasons.slice(0, 3).join('; ')}. ` : ''}give one with --dpmdb FILE: an .mdf, a .bak, or the output of the script (pitvault sql-script locate)`,
  });
}

type Search = { partial: FoundDpmdb | null; readonly reasons: string[]; readonly options: FindOptions };

/** The newest recovery point of the container in which DPMDB reads without loss; null where there is none. */
async function lookBack(container: Container, search: Search): Promise<FoundDpmdb | null> {
  const timed = container.points.length === 0 ? [] : await pointsByTime({ ...container, replica: null });
  for (const { point } of timed.reverse()) {
    if (point.locator === null) continue;
    throwIfCancelled(search.options.signal);
    const result = await look(container, point);
    if (result === null) return null;
    if (typeof result === 'string') search.reasons.push(result);
    else if (isWhole(result)) return result;
    else search.partial ??= result;
  }
  return null;
}

function isWhole({ findings }: FoundDpmdb): boolean {
  return !findings.some(({ severity }) => severity === 'error');
}

/** Null: the replica is readable and holds none. Text: why this state cannot be read. */
async function look(container: Container, point: Point): Promise<FoundDpmdb | null | string> {
  try {
    await using image = await point.open();
    const path = dpmdbPath(image, container);
    if (path === null) return null;
    const fileSystem = chooseVolume(image, container, undefined).requireFileSystem();
    const name = `${image.name}::${path}`;
    const database = Database.open({ map: fileSystem.open(fileSystem.lookup(path)!), name });
    const time = await point.time();
    const source = { database: name, replicaId: container.replicaId, pointId: point.id, capturedMs: time.ms };
    return { ...readDatabase(database), source };
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    return `${point.isReplica ? 'live replica' : 'recovery point'} ${point.id}: ${error.message}`;
  }
}

function dpmdbPath(image: Image, container: Container): string | null {
  const fileSystem = chooseVolume(image, container, undefined).requireFileSystem();
  return findDpmdb(fileSystem).find(({ name }) => /\.mdf$/i.test(name))?.path ?? null;
}

/** What a database knows, with what was lost on the way. */
export function readDatabase(database: Database): { known: KnownPool; findings: Finding[] } {
  const tables = new DatabaseTables(database);
  const known = readKnownPool(tables);
  const findings: Finding[] = [...database.findings];
  for (const partial of tables.partial) {
    const { at } = partial.errors[0]!;
    findings.push({ severity: 'error', code: 'DPMDB_PARTIAL', message: partialText(partial), at });
  }
  return { known, findings };
}
