/** Catalogs from wherever they come: DPMDB in the pool, a database file or backup, saved output, or the cache. */

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from '../base/decode-text.ts';
import { openDatabase } from '../database/open-database.ts';
import { invalidArgument } from '../errors.ts';
import type { OpenOptions } from '../image/source.ts';
import { DiskFile } from '../io/disk-file.ts';
import { CacheFile, userCacheFolder } from '../io/user-cache.ts';
import type { StoragePool } from '../pool/storage-pool.ts';
import { type Catalog, makeCatalog } from './catalog.ts';
import { isEvidence, knownFromEvidence, openEvidence } from './evidence.ts';
import { type FoundDpmdb, findPoolDpmdb, readDatabase } from './find-dpmdb.ts';
import { importScriptOutput } from './import-output.ts';

export type CatalogOptions = {
  /** `auto` (also when absent): look in the pool. Else a locator of a database or backup, or a file of saved output, or an evidence bundle. */
  readonly dpmdb?: string | undefined;
  /** Folder for the cache; null keeps none. By default the user's cache folder. */
  readonly cache?: string | null | undefined;
  readonly open?: OpenOptions | undefined;
};

const CACHE_SCHEMA = 'pitvault.catalog-cache/2';
const OUTPUT_FILE = /\.(csv|json|jsonl|txt|tsv|rpt)$/i;
const OUTPUT_MAX = 64 * 1024 * 1024;

export async function loadCatalog(pool: StoragePool, options: CatalogOptions = {}): Promise<Catalog> {
  const { dpmdb = 'auto', open = {} } = options;
  const found = dpmdb === 'auto' ? await fromPool(pool, options) : await fromFile(dpmdb, open);
  return makeCatalog(pool.containers, found.known, found.source, found.findings);
}

async function fromFile(dpmdb: string, open: OpenOptions): Promise<FoundDpmdb> {
  if (!dpmdb.includes('::') && OUTPUT_FILE.test(dpmdb)) {
    const content = readOutput(dpmdb);
    return isEvidence(content) ? fromEvidence(content, dpmdb) : fromOutput(content, dpmdb);
  }
  await using handle = await openDatabase(dpmdb, open);
  return {
    ...readDatabase(handle.database),
    source: { database: dpmdb, replicaId: null, pointId: null, capturedMs: null },
  };
}

function fromEvidence(content: string, dpmdb: string): FoundDpmdb {
  const evidence = openEvidence(content, dpmdb);
  const capturedMs = Date.parse(evidence.database.captured ?? evidence.created);
  return {
    known: knownFromEvidence(evidence),
    source: { database: dpmdb, replicaId: null, pointId: null, capturedMs },
    findings: (evidence.lost ?? []).map((what) => ({
      severity: 'error',
      code: 'EVIDENCE_PARTIAL',
      message: `the bundle was made of a database that could not be read whole: ${what}`,
      at: { image: dpmdb },
    })),
  };
}

function fromOutput(content: string, dpmdb: string): FoundDpmdb {
  const { known, leftOut } = importScriptOutput(content, dpmdb);
  const source = { database: dpmdb, replicaId: null, pointId: null, capturedMs: statSync(dpmdb).mtimeMs };
  if (leftOut.length === 0) return { known, source, findings: [] };
  const message = `${leftOut.length} row${leftOut.length === 1 ? '' : 's'} of the output name no replica, the first: ${leftOut[0]}`;
  return {
    known,
    source,
    findings: [{ severity: 'warning', code: 'DPMDB_OUTPUT_ROWS', message, at: { image: dpmdb } }],
  };
}

function readOutput(path: string): string {
  const file = new DiskFile(path);
  try {
    if (file.size > OUTPUT_MAX)
      throw invalidArgument('DPMDB_OUTPUT', `${path} is too long for the output of a script`, {
        hint: 'is it the file you meant?',
      });
    const bytes = Buffer.alloc(file.size);
    return decodeText(bytes.subarray(0, file.read(0, bytes)));
  } finally {
    file.close();
  }
}

/** Opening every replica to find the database takes a while: what was found is kept, as long as its disk is unchanged. */
async function fromPool(pool: StoragePool, { cache, open }: CatalogOptions): Promise<FoundDpmdb> {
  const roots = pool.roots.map((root) => resolve(root)).sort();
  const folder = cache === null ? undefined : (cache ?? userCacheFolder());
  const file = folder === undefined ? null : new CacheFile<Kept>(folder, CACHE_SCHEMA, roots, isKept);
  const cached = file === null ? null : readCache(file, pool);
  if (cached !== null) return cached;
  const found = await findPoolDpmdb(pool, { signal: open?.signal, onProgress: open?.onProgress });
  if (file !== null) file.write({ stamp: stampOf(pool, found.source), found });
  return found;
}

/** Size and time of the disk that the catalog came from, and which replicas there are: a change of either is a change. */
function stampOf(pool: StoragePool, { replicaId, pointId }: FoundDpmdb['source']): string {
  const container = pool.containers.find((each) => each.replicaId === replicaId);
  const points =
    container === undefined ? [] : [container.replica, ...container.points].filter((point) => point !== null);
  const stamp = points.map(({ id, size, diskModifiedMs }) => [id, size, diskModifiedMs]);
  return JSON.stringify([pointId, stamp]);
}

type Kept = { readonly stamp: string; readonly found: FoundDpmdb };

/** As far as it is looked at before the pool says whether it still holds; what was found is of this program's making. */
function isKept(value: unknown): boolean {
  const { stamp, found } = (value ?? {}) as Partial<Kept>;
  return typeof stamp === 'string' && typeof found?.source === 'object' && found.source !== null;
}

function readCache(file: CacheFile<Kept>, pool: StoragePool): FoundDpmdb | null {
  const kept = file.read();
  return kept !== null && kept.stamp === stampOf(pool, kept.found.source) ? kept.found : null;
}
