/** `pitvault prune POOL` */

import { openReplicaPool } from '../../backup/pool-on-disk.ts';
import { isoTime } from '../../base/iso-time.ts';
import { type Finding, findingOf, invalidArgument, StorageError } from '../../errors.ts';
import type { Claim } from '../../io/claim.ts';
import { DiskStore } from '../../io/disk-store.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { readPoolFile } from '../../replica/layout.ts';
import { isOfOne } from '../../replica/unreadable.ts';
import { type DpmRule, planRetention, type RetentionRules } from '../../retention/plan.ts';
import { applyDpmPlan, applyPlan, type PrunePlan, planDpmContainer, planReplica } from '../../verify/prune-pool.ts';
import { type CommandCall, flag, type OptionValues, text } from '../command.ts';
import { ExitCode, exitCodeOf } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { findingLine, json, line, note } from '../output.ts';

type Done = PrunePlan & { readonly removed: readonly string[] };

/** `findings`: of replicas of which nothing, or not all, was pruned, and what nobody knows; `failure` decides the exit code. */
type Pruned = {
  readonly done: readonly Done[];
  readonly findings: readonly Finding[];
  readonly failure: StorageError | null;
};

export async function run(call: CommandCall): Promise<number> {
  const rules = rulesOf(call.options);
  planRetention([], rules, Date.now()); // what is no rule is refused by a pool without points too
  const isOwn = readPoolFile(new DiskStore(), call.words[0]!) !== null;
  const { done, findings, failure } = isOwn ? await pruneOwn(call, rules) : await pruneDpm(call, rules);
  call.progress.end();
  const isApplied = flag(call.options, 'apply');
  if (call.json) json({ pool: call.words[0], applied: isApplied, replicas: done.map(asValue), findings });
  else {
    for (const one of done) print(one, isApplied);
    for (const finding of findings) line(findingLine(finding));
  }
  if (failure !== null) return exitCodeOf(failure.kind);
  return findings.length > 0 ? ExitCode.corrupt : ExitCode.ok;
}

async function pruneOwn({ words, options, signal, progress }: CommandCall, rules: RetentionRules): Promise<Pruned> {
  const pool = openReplicaPool(words[0]!, await hostFiles());
  const wanted = text(options, 'replica');
  const seconds = numberOf(options, 'wait');
  const waitMs = seconds === undefined ? undefined : seconds * 1000;
  const done: Done[] = [];
  const findings = wanted === undefined ? pool.unreadable().map(({ error }) => findingOf(error)) : [];
  let failure: StorageError | null = null;
  const entries = wanted === undefined ? pool.replicas() : [pool.find(wanted)];
  for (const entry of entries) {
    let plan: PrunePlan;
    try {
      plan = await planReplica(entry, rules, Date.now());
    } catch (error) {
      if (wanted !== undefined || !isOfOne(error)) throw error;
      findings.push(findingOf(error));
      continue;
    }
    if (plan.defect !== null) findings.push(findingOf(plan.defect));
    const onStep = ({ what, id, bytes }: { what: string; id: string; bytes: number }): void =>
      progress.update(bytes, 0, `${what} ${id}`);
    const onWait = once((readers: readonly Claim[]) => {
      note(`waiting for process ${readers[0]!.identity.pid}, which reads what is to go from ${entry.file.name}`);
    });
    try {
      const removed = flag(options, 'apply') ? await applyPlan(pool, plan, { signal, onStep, onWait, waitMs }) : [];
      done.push({ ...plan, removed });
    } catch (error) {
      // What is in the way of one replica, a backup or a reader mostly, costs the others nothing.
      if (entries.length === 1 || !StorageError.isDamage(error)) throw error;
      findings.push(findingOf(error));
      failure ??= error;
    }
  }
  return { done, findings, failure };
}

function once<T>(tell: (value: T) => void): (value: T) => void {
  let isTold = false;
  return (value) => {
    if (!isTold) tell(value);
    isTold = true;
  };
}

async function pruneDpm({ words, options, signal }: CommandCall, rules: RetentionRules): Promise<Pruned> {
  const isApplied = flag(options, 'apply');
  if (isApplied && !flag(options, 'dpm-pool')) {
    throw new StorageError('unsupported', 'PRUNE_DPM_POOL', `${words[0]} is a pool that DPM keeps`, {
      image: words[0],
      hint: 'DPM will not know of what is removed behind its back; if that is meant, add --dpm-pool',
    });
  }
  const host = await hostFiles();
  await using pool = await openPool(words[0]!, { signal });
  const done: Done[] = [];
  for (const container of pool.select({ replica: text(options, 'replica') })) {
    const plan = await planDpmContainer(container, rules, Date.now(), host);
    const removed = isApplied ? applyDpmPlan(new DiskStore(), container, plan) : [];
    done.push({ ...plan, removed });
  }
  return { done, findings: [], failure: null };
}

function rulesOf(options: OptionValues): RetentionRules {
  const policy = text(options, 'policy');
  const days = numberOf(options, 'days');
  if (policy === undefined) {
    const stray = ['weekdays', 'source'].find((name) => options[name] !== undefined);
    if (stray !== undefined) {
      throw invalidArgument('CLI_POLICY', `--${stray} belongs to --policy, which is not given`, {
        hint: 'add --policy dpm, or leave it out',
      });
    }
    return { keep: numberOf(options, 'keep'), days };
  }
  if (policy !== 'dpm') throw invalidArgument('CLI_POLICY', `policy: expected dpm, found "${policy}"`);
  if (days === undefined) {
    throw invalidArgument('CLI_POLICY_DAYS', 'the policy needs a retention range', { hint: 'add --days D' });
  }
  return { keep: numberOf(options, 'keep'), dpm: dpmRule(options, days) };
}

function dpmRule(options: OptionValues, rangeDays: number): DpmRule {
  const source = text(options, 'source') ?? 'scheduled';
  if (source !== 'scheduled' && source !== 'disk-to-tape' && source !== 'secondary-application') {
    throw invalidArgument(
      'CLI_SOURCE',
      `source: "${source}" is none of scheduled, disk-to-tape, secondary-application`,
    );
  }
  return { rangeDays, weekdays: numberOf(options, 'weekdays') ?? 7, source };
}

function numberOf(options: OptionValues, name: string): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw invalidArgument('CLI_NUMBER', `${name}: expected a number, found "${value}"`);
}

function asValue({ points, defect: _, ...plan }: Done) {
  return { ...plan, points: points.map((point) => ({ ...point, capturedAt: isoTime(point.ms) })) };
}

function print({ replicaId, name, points, remove, removed, freedBytes }: Done, isApplied: boolean): void {
  line(name === null ? `replica ${replicaId}` : `${name}  replica ${replicaId}`);
  const rows = points.map(({ id, ms, stays, why, uniqueBytes }) => [
    stays ? '  stays' : isApplied ? '  removed' : '  goes',
    id,
    timeText(ms),
    uniqueBytes === null ? '' : bytesText(uniqueBytes),
    why,
  ]);
  for (const row of table(rows, [3])) line(row);
  const freed = freedBytes === null ? '' : `, ${bytesText(freedBytes)}`;
  const begun = removed.filter((id) => !remove.includes(id)).length;
  if (begun > 0) line(`  ${begun} points removed that an earlier run had named`);
  if (isApplied) line(`  ${removed.length - begun} points removed${freed}`);
  else line(`  ${remove.length} of ${points.length} points would go${freed}; --apply removes them`);
}
