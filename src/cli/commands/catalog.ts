/** `pitvault catalog POOL... [--dpmdb FILE|auto]` */

import { isoTime } from '../../base/iso-time.ts';
import type { Catalog, CatalogEntry } from '../../dpmdb/catalog.ts';
import { validityText } from '../../dpmdb/known-replicas.ts';
import { openPool } from '../../pool/scan-pool.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { table, timeText } from '../format.ts';
import { findingLine, json, line } from '../output.ts';
import { catalogOf } from '../pool-names.ts';

export async function run(call: CommandCall): Promise<number> {
  await using pool = await openPool(call.words, call.open);
  const catalog = await catalogOf(pool, call);
  call.progress.end();
  if (call.json) json(asValue(catalog));
  else print(catalog);
  return catalog.findings.some(({ severity }) => severity === 'error') ? ExitCode.partial : ExitCode.ok;
}

function print({ source, entries, findings }: Catalog): void {
  const captured = source.capturedMs === null ? '' : `, captured ${timeText(source.capturedMs)}`;
  line(`from ${source.database}${captured}`);
  const rows = (state: CatalogEntry['state']): CatalogEntry[] => entries.filter((entry) => entry.state === state);
  for (const each of table(rows('here').map(asRow))) line(each);
  section('missing: known to the database, not in the pool', rows('missing'));
  section('orphans: in the pool, not known to the database', rows('orphan'));
  for (const finding of findings) line(findingLine(finding));
}

function section(title: string, entries: readonly CatalogEntry[]): void {
  if (entries.length === 0) return;
  line(title);
  for (const each of table(entries.map(asRow))) line(`  ${each}`);
}

function asRow({ name, replicaId, known, containers, notes }: CatalogEntry): string[] {
  const points = containers.reduce((sum, container) => sum + container.points.length, 0);
  return [
    name,
    replicaId === name ? '' : replicaId,
    known === null ? '' : (known.protectionGroup ?? 'not protected'),
    known === null ? '' : validityText(known.validity),
    containers.length === 0 ? '' : `${points} point${points === 1 ? '' : 's'}`,
    known?.storage[0]?.path ?? '',
    notes.join('; '),
  ];
}

function asValue({ source, entries, findings }: Catalog): unknown {
  return {
    source: { ...source, capturedAt: source.capturedMs === null ? null : isoTime(source.capturedMs) },
    entries: entries.map(({ containers, known, ...entry }) => ({
      ...entry,
      dataSource: known?.dataSource ?? null,
      server: known?.server ?? null,
      serverFqdn: known?.serverFqdn ?? null,
      protectionGroup: known?.protectionGroup ?? null,
      validity: known?.validity ?? null,
      validityText: known === null ? null : validityText(known.validity),
      storage: known?.storage ?? [],
      containers: containers.map(({ server, folders, replica, points }) => ({
        server,
        folders,
        liveReplica: replica !== null,
        points: points.map(({ id }) => id),
      })),
    })),
    findings,
  };
}
