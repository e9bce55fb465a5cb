/** `pitvault scan ROOT...` */

import type { CaptureTime } from '../../pool/capture-time.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { type Container, type Point, pointsByTime, type StoragePool } from '../../pool/storage-pool.ts';
import { isoTime } from '../../recovery/report.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { findingLine, json, line } from '../output.ts';

type Timed = { readonly point: Point; readonly time: CaptureTime };

export async function run({ words, json: asJson, open }: CommandCall): Promise<number> {
  await using pool = await openPool(words, open);
  const states = new Map<Container, Timed[]>();
  for (const container of pool.containers) states.set(container, await pointsByTime(container));
  if (asJson) json(asValue(pool, states));
  else print(pool, states);
  return ExitCode.ok;
}

function print(pool: StoragePool, states: ReadonlyMap<Container, Timed[]>): void {
  for (const server of pool.servers) {
    line(server);
    for (const [container, timed] of states) {
      if (container.server !== server) continue;
      const name = container.name === null ? '' : `  ${container.name}`;
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

function summary(container: Container): string {
  const points = container.points.length;
  const folders = container.folders.length > 1 ? `, in ${container.folders.length} folders` : '';
  return `${points} recovery point${points === 1 ? '' : 's'}${folders}`;
}

function asValue(pool: StoragePool, states: ReadonlyMap<Container, Timed[]>): unknown {
  return {
    roots: pool.roots,
    containers: pool.containers.map((container) => ({
      server: container.server,
      replicaId: container.replicaId,
      ...(container.name === null ? {} : { name: container.name }),
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
