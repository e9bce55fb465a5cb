/** `pitvault scan ROOT...` */

import { isoTime } from '../../base/iso-time.ts';
import type { Finding } from '../../errors.ts';
import type { CaptureTime } from '../../pool/capture-time.ts';
import { FOLDER_UNREADABLE } from '../../pool/folder-walk.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { type Container, type Point, pointsByTime, type StoragePool } from '../../pool/storage-pool.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { findingLine, json, line } from '../output.ts';
import { catalogOf } from '../pool-names.ts';

type Timed = { readonly point: Point; readonly time: CaptureTime };

export async function run(call: CommandCall): Promise<number> {
  const { words, json: asJson, open, options } = call;
  await using pool = await openPool(words, open);
  const named = flag(options, 'names') || text(options, 'dpmdb') !== undefined;
  const names = named ? await replicaNames(pool, call) : new Map<string, string>();
  const states = new Map<Container, Timed[]>();
  for (const container of pool.containers) states.set(container, await pointsByTime(container));
  if (asJson) json(asValue(pool, states, names));
  else print(pool, states, names);
  return exitCode([...pool.findings, ...pool.containers.flatMap(({ findings }) => findings)]);
}

/** All that could be looked at was shown; what could not is told by the code, as `points` does. */
function exitCode(findings: readonly Finding[]): number {
  if (findings.some(({ severity }) => severity === 'error')) return ExitCode.corrupt;
  return findings.some(({ code }) => code === FOLDER_UNREADABLE) ? ExitCode.partial : ExitCode.ok;
}

function print(pool: StoragePool, states: ReadonlyMap<Container, Timed[]>, names: ReadonlyMap<string, string>): void {
  for (const server of pool.servers) {
    line(server);
    for (const [container, timed] of states) {
      if (container.server !== server) continue;
      const known = names.get(container.replicaId) ?? container.name;
      const name = known === null ? '' : `  ${known}`;
      line(`  replica ${container.replicaId}${name}  ${summary(container)}`);
      const rows = timed.map(({ point, time }) => [
        `    ${point.isReplica ? 'live' : 'point'}`,
        point.id,
        point.locator === null ? 'no disk0.vhdx' : bytesText(point.size),
        timeText(time.ms),
        `(${time.source})`,
      ]);
      for (const row of table(rows, [2])) line(row);
      if (container.opaque.length > 0) line(`    other files, left alone: ${container.opaque.join(', ')}`);
      for (const finding of container.findings) line(`    ${findingLine(finding)}`);
    }
  }
  for (const finding of pool.findings) line(findingLine(finding));
}

/** The names that the DPM database has, by replica. */
async function replicaNames(pool: StoragePool, call: CommandCall): Promise<Map<string, string>> {
  const { entries } = await catalogOf(pool, call);
  call.progress.end();
  return new Map(entries.flatMap(({ known, replicaId, name }) => (known === null ? [] : [[replicaId, name]])));
}

function nameOf({ replicaId, name }: Container, names: ReadonlyMap<string, string>): { name?: string } {
  const known = names.get(replicaId) ?? name;
  return known === null ? {} : { name: known };
}

function summary(container: Container): string {
  const points = container.points.length;
  const folders = container.folders.length > 1 ? `, in ${container.folders.length} folders` : '';
  return `${points} recovery point${points === 1 ? '' : 's'}${folders}`;
}

function asValue(
  pool: StoragePool,
  states: ReadonlyMap<Container, Timed[]>,
  names: ReadonlyMap<string, string>,
): unknown {
  return {
    roots: pool.roots,
    containers: pool.containers.map((container) => ({
      server: container.server,
      replicaId: container.replicaId,
      ...nameOf(container, names),
      folders: container.folders,
      states: states.get(container)!.map(({ point, time }) => ({
        id: point.id,
        kind: point.isReplica ? 'replica' : 'point',
        locator: point.locator,
        size: point.size,
        capturedAt: isoTime(time.ms),
        capturedAtSource: time.source,
      })),
      opaque: container.opaque,
      findings: container.findings,
    })),
    findings: pool.findings,
  };
}
