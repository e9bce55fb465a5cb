/** Names of data sources in the place of GUIDs: `--replica 'SQL01\PAYROLL'`. */

import { parseGuid } from '../base/guid.ts';
import type { Catalog, CatalogEntry } from '../dpmdb/catalog.ts';
import { invalidArgument, notFound, StorageError } from '../errors.ts';
import type { StoragePool } from '../pool/storage-pool.ts';
import { type CommandCall, text } from './command.ts';

/** The catalog by `--dpmdb`, else by the database in the pool. */
export async function catalogOf(pool: StoragePool, { options, open }: CommandCall): Promise<Catalog> {
  const { loadCatalog } = await import('../dpmdb/load-catalog.ts');
  return loadCatalog(pool, { dpmdb: text(options, 'dpmdb'), open });
}

export type NamedReplica = { readonly replica: string | undefined; readonly server: string | undefined };

/**
 * What --replica and --server choose. GUIDs and folder names are taken as they are; only for another name is the database
 * looked into.
 */
export async function namedReplica(
  pool: StoragePool,
  call: CommandCall,
  name: string | undefined,
): Promise<NamedReplica> {
  const server = text(call.options, 'server');
  if (name?.trim() === '')
    throw invalidArgument('CLI_REPLICA', 'the name of the data source is empty', {
      hint: "give a GUID, or a name as `pitvault catalog` lists it: 'SQL01\\PAYROLL'",
    });
  const isKnown = (wanted: string): boolean =>
    pool.containers.some(
      ({ replicaId, name: own }) => replicaId.toLowerCase() === wanted.toLowerCase() || own === wanted,
    );
  if (name === undefined || parseGuid(name) !== null || isKnown(name)) return { replica: name, server };
  const entry = await entryOf(pool, call, name);
  if (entry.containers.length === 0) {
    throw notFound(
      'CATALOG_REPLICA_MISSING',
      `${entry.name} is replica ${entry.replicaId}, which the pool does not hold`,
      {
        image: pool.roots[0],
        hint: `the database had it on ${entry.known?.storage.map(({ path }) => path).join(', ') || 'a volume that it does not name'}: give that volume too`,
      },
    );
  }
  return { replica: entry.replicaId, server };
}

/** A name that nobody knows: what the pool has is told along with what the database knows. */
async function entryOf(pool: StoragePool, call: CommandCall, name: string): Promise<CatalogEntry> {
  try {
    const { findByName } = await import('../dpmdb/catalog.ts');
    return findByName(await catalogOf(pool, call), name);
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'not-found') throw error;
    const ids = pool.containers.map(({ replicaId }) => replicaId).slice(0, 10);
    throw notFound(error.code, `the pool has no replica ${name}: ${error.message}`, {
      image: pool.roots.join(', '),
      hint: `it has: ${ids.join(', ')}${pool.namesLost}${error.hint === undefined ? '' : `; ${error.hint}`}`,
    });
  }
}
