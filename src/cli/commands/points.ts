/** `pitvault points POOL` */

import { openReplicaPool } from '../../backup/pool-on-disk.ts';
import { isoTime } from '../../recovery/report.ts';
import { inconsistentPath } from '../../replica/layout.ts';
import type { ReplicaEntry, ReplicaPool } from '../../replica/replica-pool.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  const pool = openReplicaPool(words[0]!, await hostFiles());
  const wanted = text(options, 'replica');
  const replicas = (wanted === undefined ? pool.replicas() : [pool.find(wanted)]).map(describe);
  if (asJson) json({ pool: pool.path, server: pool.server, replicas });
  else print(pool, replicas);
  return ExitCode.ok;
}

type Described = ReturnType<typeof describe>;

function describe({ container, file }: ReplicaEntry) {
  const states = container.states().map(({ id, isReplica, path, guid, facts }) => ({
    id,
    kind: isReplica ? 'replica' : 'point',
    path,
    state: guid,
    sequence: facts?.sequence ?? null,
    capturedMs: facts?.capturedMs ?? null,
    capturedAt: facts === null ? null : isoTime(facts.capturedMs),
    size: facts?.diskSize ?? null,
    changedBytes: facts?.changedBytes ?? null,
    depth: facts?.depth ?? null,
  }));
  const { replicaId, name, mode, depthMax } = file;
  const isInconsistent = container.store.exists(inconsistentPath(container.path));
  return { replicaId, name, mode, depthMax, isInconsistent, states };
}

function print(pool: ReplicaPool, replicas: readonly Described[]): void {
  line(`${pool.path}: ${pool.server}`);
  for (const { replicaId, name, mode, depthMax, isInconsistent, states } of replicas) {
    const how = mode === 'clone' ? 'clones: every point stands alone' : `a chain, a full base every ${depthMax} points`;
    line(`${name}  replica ${replicaId}, ${how}${isInconsistent ? ', INCONSISTENT: run consistency-check' : ''}`);
    const rows = states.map(({ id, kind, capturedMs, size, changedBytes, depth }) => [
      `  ${kind === 'replica' ? 'live' : 'point'}`,
      id,
      capturedMs === null ? 'time not known' : timeText(capturedMs),
      size === null ? '' : bytesText(size),
      changedBytes === null ? '' : `${bytesText(changedBytes)} changed`,
      depth === null ? '' : `depth ${depth}`,
    ]);
    for (const row of table(rows, [3, 4])) line(row);
  }
}
