/** `pitvault points POOL` */

import { openReplicaPool } from '../../backup/pool-on-disk.ts';
import { isoTime } from '../../base/iso-time.ts';
import { findingOf, StorageError } from '../../errors.ts';
import { depthsOf } from '../../replica/depths.ts';
import { inconsistentPath } from '../../replica/layout.ts';
import type { ReplicaEntry, ReplicaPool, Unfinished } from '../../replica/replica-pool.ts';
import { isOfOne, liveReplicaLost } from '../../replica/unreadable.ts';
import type { PointUsage } from '../../retention/usage.ts';
import { usageOrDefect } from '../../verify/prune-pool.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { findingLine, json, line } from '../output.ts';

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  const pool = openReplicaPool(words[0]!, await hostFiles());
  const wanted = text(options, 'replica');
  const replicas: Described[] = [];
  const findings = wanted === undefined ? pool.unreadable().map(({ error }) => findingOf(error)) : [];
  for (const entry of wanted === undefined ? pool.replicas() : [pool.find(wanted)]) {
    try {
      const usage = flag(options, 'usage') ? await usageOrDefect(entry) : null;
      replicas.push(describe(entry, StorageError.is(usage) ? null : usage));
      if (StorageError.is(usage)) findings.push(findingOf(usage));
      if (entry.container.replica() === null)
        findings.push(findingOf(liveReplicaLost(entry.container, 'is not there')));
    } catch (error) {
      if (wanted !== undefined || !isOfOne(error)) throw error;
      findings.push(findingOf(error));
    }
  }
  const unfinished = wanted === undefined ? pool.unfinished().map(describeUnfinished) : [];
  if (asJson) json({ pool: pool.path, server: pool.server, replicas, unfinished, findings });
  else {
    print(pool, replicas, unfinished);
    for (const finding of findings) line(findingLine(finding));
  }
  return findings.length > 0 ? ExitCode.corrupt : ExitCode.ok;
}

type Described = ReturnType<typeof describe>;

function describe({ container, file }: ReplicaEntry, usage: PointUsage | null) {
  const all = container.states();
  const depths = depthsOf(container, all);
  const states = all.map(({ id, isReplica, path, guid, facts }, i) => ({
    id,
    kind: isReplica ? 'replica' : 'point',
    path,
    state: guid,
    sequence: facts?.sequence ?? null,
    capturedMs: facts?.capturedMs ?? null,
    capturedAt: facts === null ? null : isoTime(facts.capturedMs),
    size: facts?.diskSize ?? null,
    changedBytes: facts?.changedBytes ?? null,
    depth: guid === null ? null : (depths.get(guid) ?? null),
    ...(usage === null
      ? {}
      : { uniqueBytes: usage.unique(id), freedWithOlder: isReplica ? null : usage.freedBy(usage.ids.slice(0, i + 1)) }),
  }));
  const { replicaId, name, mode, depthMax } = file;
  const isInconsistent = container.store.exists(inconsistentPath(container.path));
  const total = usage === null ? {} : { storedBytes: usage.total };
  return { replicaId, name, mode, depthMax, isInconsistent, ...total, states };
}

function describeUnfinished({ file, path, bytes }: Unfinished) {
  return { replicaId: file.replicaId, name: file.name, mode: file.mode, path, bytes };
}

/** What the states are, not what was asked for: where files cannot be cloned a state is a link of a chain. */
function clonesText(states: Described['states']): string {
  const linked = states.filter(({ depth }) => (depth ?? 1) > 1).length;
  if (linked === 0) return 'clones: every point stands alone';
  return `clones by its mode, but ${linked} of ${states.length} states are links of a chain: files could not be cloned`;
}

function print(
  pool: ReplicaPool,
  replicas: readonly Described[],
  unfinished: readonly ReturnType<typeof describeUnfinished>[],
): void {
  line(`${pool.path}: ${pool.server}`);
  for (const { replicaId, name, mode, depthMax, isInconsistent, states, storedBytes } of replicas) {
    const how = mode === 'clone' ? clonesText(states) : `a chain, a full base every ${depthMax} points`;
    line(`${name}  replica ${replicaId}, ${how}${isInconsistent ? ', INCONSISTENT: run consistency-check' : ''}`);
    const rows = states.map(({ id, kind, capturedMs, size, changedBytes, depth, uniqueBytes, freedWithOlder }) => [
      `  ${kind === 'replica' ? 'live' : 'point'}`,
      id,
      capturedMs === null ? 'time not known' : timeText(capturedMs),
      size === null ? '' : bytesText(size),
      changedBytes === null ? '' : `${bytesText(changedBytes)} changed`,
      depth === null ? '' : depth === 1 ? 'stands alone' : `depth ${depth}`,
      uniqueBytes === undefined ? '' : `${bytesText(uniqueBytes)} its own`,
      freedWithOlder == null ? '' : `${bytesText(freedWithOlder)} with all before it`,
    ]);
    for (const row of table(rows, [3, 4, 6, 7])) line(row);
    if (storedBytes !== undefined) line(`  ${bytesText(storedBytes)} in all`);
  }
  for (const { name, replicaId, path, bytes } of unfinished) {
    line(`${name}  replica ${replicaId}, not finished: ${bytesText(bytes)} so far in ${path}`);
    line('  pitvault protect as before goes on from there, with --restart it starts anew');
  }
}
