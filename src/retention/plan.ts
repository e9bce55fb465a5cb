/**
 * Which recovery points stay and which go, and why. Pure: points and rules in, a plan out; nothing is touched.
 *
 * 1. A point stays when any rule keeps it. No rule at all is a mistake of the caller.
 * 2. The live replica is no recovery point and is never part of a plan.
 * 3. The answer depends on times and ids only, not on the order in which points are given.
 */

import { invalidArgument } from '../errors.ts';

export const DAY_MS = 24 * 60 * 60_000;

/** A recovery point as retention sees it. */
export type TimedPoint = {
  readonly id: string;
  /** When its data was captured, Unix milliseconds. */
  readonly ms: number;
  /** It holds changes on top of another point only; DPM's algorithm never removes these. */
  readonly isIncremental?: boolean;
};

/** The rule of DPM's own pruning: see `dpmVerdicts`. */
export type DpmRule = {
  /** The retention range of the protection group, days. */
  readonly rangeDays: number;
  /** Days of the week with a backup, 1 to 7. */
  readonly weekdays: number;
  /** What the data source is; a tape group needs no days on disk, a secondary server's application two. */
  readonly source: 'scheduled' | 'disk-to-tape' | 'secondary-application';
};

export type RetentionRules = {
  /** The newest so many points stay. */
  readonly keep?: number | undefined;
  /** Points captured within so many days stay. */
  readonly days?: number | undefined;
  readonly dpm?: DpmRule | undefined;
};

export type Verdict = TimedPoint & {
  readonly stays: boolean;
  /** A sentence part: `number 3 of the newest 64`. */
  readonly why: string;
};

/** All points, newest first, and the two sides of the plan in the same order. */
export type RetentionPlan = {
  readonly all: readonly Verdict[];
  readonly stay: readonly Verdict[];
  readonly go: readonly Verdict[];
};

/** Says whether a rule keeps a point, and why, for points given newest first. */
type Rule = (point: TimedPoint, index: number) => { readonly stays: boolean; readonly why: string };

export function planRetention(points: readonly TimedPoint[], rules: RetentionRules, nowMs: number): RetentionPlan {
  const asked = rulesOf(rules, nowMs);
  const sorted = [...points].sort((a, b) => b.ms - a.ms || (a.id < b.id ? 1 : -1));
  const all = sorted.map((point, index): Verdict => {
    const said = asked.map((rule) => rule(point, index));
    const kept = said.find(({ stays }) => stays);
    return { ...point, stays: kept !== undefined, why: kept?.why ?? said.map(({ why }) => why).join(', ') };
  });
  return { all, stay: all.filter(({ stays }) => stays), go: all.filter(({ stays }) => !stays) };
}

function rulesOf({ keep, days, dpm }: RetentionRules, nowMs: number): Rule[] {
  const rules: Rule[] = [];
  if (keep !== undefined) rules.push(newest(requireCount('keep', keep)));
  if (days !== undefined) rules.push(within(requireAmount('days', days), nowMs));
  if (dpm !== undefined) rules.push(dpmRule(dpm, nowMs));
  if (rules.length > 0) return rules;
  throw invalidArgument('RETENTION_NO_RULE', 'no retention rule given: nothing says what may go', {
    hint: 'give --keep N, --days D, or --policy dpm',
  });
}

function newest(keep: number): Rule {
  return (_point, index) =>
    index < keep
      ? { stays: true, why: `number ${index + 1} of the newest ${keep}` }
      : { stays: false, why: `not among the newest ${keep}` };
}

function within(days: number, nowMs: number): Rule {
  const limit = nowMs - days * DAY_MS;
  return ({ ms }) => {
    if (ms > nowMs) return { stays: true, why: 'of a time that is still to come' };
    return ms >= limit
      ? { stays: true, why: `captured within ${days} days` }
      : { stays: false, why: `older than ${days} days` };
  };
}

/**
 * What DPM's pruning script does. Newest first, it counts the days (UTC) that have a point, today not counted; a point
 * goes when more days have been met than the schedule makes in a retention range, and it is older than that range. So a
 * server that missed backups keeps its old points until new ones have replaced them. Stateful: points come in order.
 */
function dpmRule(rule: DpmRule, nowMs: number): Rule {
  const needed = distinctDays(rule);
  const limit = nowMs - rule.rangeDays * DAY_MS;
  let lastDay = Math.floor(nowMs / DAY_MS);
  let met = 0;
  return ({ ms, isIncremental }) => {
    const day = Math.floor(ms / DAY_MS);
    if (day < lastDay) {
      met++;
      lastDay = day;
    }
    if (isIncremental === true) return { stays: true, why: 'incremental points are never removed' };
    if (ms > nowMs) return { stays: true, why: 'of a time that is still to come' };
    if (ms >= limit) return { stays: true, why: `within the range of ${rule.rangeDays} days` };
    if (met <= needed) return { stays: true, why: `day ${met} of the ${needed} that the schedule makes in its range` };
    return { stays: false, why: `older than ${rule.rangeDays} days, and ${met - 1} newer days have points` };
  };
}

/** Days with a point that a retention range has to have. */
export function distinctDays({ rangeDays, weekdays, source }: DpmRule): number {
  requireAmount('days', rangeDays);
  if (!(Number.isInteger(weekdays) && weekdays >= 1 && weekdays <= 7)) {
    throw invalidArgument('RETENTION_WEEKDAYS', `a week has 1 to 7 days with a backup, not ${weekdays}`);
  }
  if (source === 'disk-to-tape') return 0;
  return source === 'secondary-application' ? 2 : Math.ceil((weekdays * rangeDays) / 7);
}

function requireCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw invalidArgument('RETENTION_AMOUNT', `${name}: expected a whole number from 1, found ${value}`);
}

function requireAmount(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw invalidArgument('RETENTION_AMOUNT', `${name}: expected a number above 0, found ${value}`);
}
