/** Retention plans against a model that follows the rules' words, over random sets of points. */

import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { daysCovered, POINT_LIMITS, requireRoom } from '../../../src/retention/limits.ts';
import {
  DAY_MS,
  distinctDays,
  planRetention,
  type RetentionRules,
  type TimedPoint,
} from '../../../src/retention/plan.ts';
import { Random } from '../../support/random.ts';

const NOW = Date.parse('2026-11-25T10:30:00Z');
const HOUR = 3_600_000;

function hourly(count: number, step = HOUR): TimedPoint[] {
  return Array.from({ length: count }, (_, i) => ({ id: `p${i}`, ms: NOW - i * step }));
}

function ids(points: readonly TimedPoint[]): string[] {
  return points.map(({ id }) => id).sort();
}

/** DPM's script, as its documentation tells it, over UTC dates as text. */
function dpmScript(points: readonly TimedPoint[], rangeDays: number, needed: number): string[] {
  const gone: string[] = [];
  let lastDistinctDay = new Date(NOW).toISOString().slice(0, 10);
  let distinct = 0;
  for (const point of [...points].sort((a, b) => b.ms - a.ms)) {
    const day = new Date(point.ms).toISOString().slice(0, 10);
    if (day < lastDistinctDay) {
      distinct += 1;
      lastDistinctDay = day;
    }
    const isOld = point.ms < NOW - rangeDays * 86_400_000;
    if (distinct > needed && isOld && point.isIncremental !== true) gone.push(point.id);
  }
  return gone.sort();
}

describe('the rules', () => {
  it('keep the newest N', () => {
    const { stay, go } = planRetention(hourly(10), { keep: 3 }, NOW);
    expect(ids(stay)).toEqual(['p0', 'p1', 'p2']);
    expect(go).toHaveLength(7);
    expect(stay[0]!.why).toBe('number 1 of the newest 3');
    expect(go[0]!.why).toBe('not among the newest 3');
  });

  it('keep what was captured within D days, the border included', () => {
    const points = [0, 1, 2, 3].map((day) => ({ id: `d${day}`, ms: NOW - day * DAY_MS }));
    expect(ids(planRetention(points, { days: 2 }, NOW).stay)).toEqual(['d0', 'd1', 'd2']);
  });

  it('together keep what any of them keeps', () => {
    const points = [0, 1, 10, 20, 30].map((day) => ({ id: `d${day}`, ms: NOW - day * DAY_MS }));
    expect(ids(planRetention(points, { days: 5, keep: 3 }, NOW).stay)).toEqual(['d0', 'd1', 'd10']);
  });

  it('are asked for: none, or an impossible one, is an error', () => {
    for (const rules of [{}, { keep: 0 }, { keep: 1.5 }, { days: -1 }, { days: Number.NaN }]) {
      expect(() => planRetention(hourly(3), rules, NOW)).toThrow(StorageError);
    }
    expect(() => distinctDays({ rangeDays: 7, weekdays: 8, source: 'scheduled' })).toThrow(/1 to 7/);
  });

  it('leave points alone whose clock was ahead', () => {
    const points = [{ id: 'future', ms: NOW + 3 * DAY_MS }, ...hourly(2)];
    expect(ids(planRetention(points, { days: 1 }, NOW).stay)).toEqual(['future', 'p0', 'p1']);
    const dpm = { rangeDays: 1, weekdays: 7, source: 'scheduled' } as const;
    for (const rules of [{ days: 1 }, { dpm }])
      expect(planRetention(points, rules, NOW).all[0]?.why).toBe('of a time that is still to come');
  });
});

describe("DPM's algorithm", () => {
  it('needs as many distinct days as the schedule makes in the range', () => {
    expect(distinctDays({ rangeDays: 14, weekdays: 7, source: 'scheduled' })).toBe(14);
    expect(distinctDays({ rangeDays: 5, weekdays: 5, source: 'scheduled' })).toBe(4);
    expect(distinctDays({ rangeDays: 14, weekdays: 7, source: 'disk-to-tape' })).toBe(0);
    expect(distinctDays({ rangeDays: 14, weekdays: 7, source: 'secondary-application' })).toBe(2);
  });

  it('keeps the points of a server that missed its backups', () => {
    const rules: RetentionRules = { dpm: { rangeDays: 3, weekdays: 7, source: 'scheduled' } };
    const stale = [40, 41, 42, 43, 44].map((day) => ({ id: `d${day}`, ms: NOW - day * DAY_MS }));
    expect(ids(planRetention(stale, rules, NOW).go)).toEqual(['d43', 'd44']);
  });

  it('never removes incremental points', () => {
    const rules: RetentionRules = { dpm: { rangeDays: 1, weekdays: 7, source: 'disk-to-tape' } };
    const points = [5, 6].map((day) => ({ id: `d${day}`, ms: NOW - day * DAY_MS, isIncremental: day === 5 }));
    const { go, stay } = planRetention(points, rules, NOW);
    expect(ids(go)).toEqual(['d6']);
    expect(stay[0]!.why).toContain('incremental');
  });
});

describe('plans', () => {
  it('equal the words of their rules on random sets', () => {
    const random = new Random();
    for (let round = 0; round < 2000; round++) {
      const points = Array.from({ length: random.below(40) }, (_, i) => ({
        id: `p${String(i).padStart(2, '0')}`,
        ms: NOW - random.below(60 * 24) * HOUR + random.below(3) * 1000,
        isIncremental: random.below(8) === 0,
      }));
      const keep = random.below(3) === 0 ? undefined : 1 + random.below(30);
      const days = random.below(3) === 0 ? undefined : 1 + random.below(40);
      const isDpm = random.below(3) !== 0 || (keep === undefined && days === undefined);
      const dpm = {
        rangeDays: 1 + random.below(30),
        weekdays: 1 + random.below(7),
        source: random.pick(['scheduled', 'disk-to-tape', 'secondary-application'] as const),
      };
      const rules = { keep, days, ...(isDpm ? { dpm } : {}) };
      const newest = [...points].sort((a, b) => b.ms - a.ms || (a.id < b.id ? 1 : -1));
      const goneByDpm = isDpm ? dpmScript(points, dpm.rangeDays, distinctDays(dpm)) : null;
      const expected = points.filter(
        ({ id, ms }) =>
          (keep !== undefined && newest.findIndex((other) => other.id === id) < keep) ||
          (days !== undefined && NOW - ms <= days * 86_400_000) ||
          (goneByDpm !== null && !goneByDpm.includes(id)),
      );
      const plan = planRetention(points, rules, NOW);
      const shuffled = planRetention([...points].reverse(), rules, NOW);
      const what = `seed ${random.seed}, round ${round}`;
      expect(ids(plan.stay), what).toEqual(ids(expected));
      expect(plan.stay.length + plan.go.length, what).toBe(points.length);
      expect(shuffled.all, what).toEqual(plan.all);
      expect(
        plan.all.every(({ why }) => why !== ''),
        what,
      ).toBe(true);
    }
  });
});

describe('limits', () => {
  it("have the article's arithmetic", () => {
    expect(daysCovered(POINT_LIMITS.expressFull, 60)).toBe(21);
    expect(daysCovered(POINT_LIMITS.expressFull, 30)).toBe(10);
    expect(POINT_LIMITS).toEqual({ expressFull: 512, application: 448, endUser: 64, online: 120 });
    expect(() => daysCovered(512, 0)).toThrow(StorageError);
  });

  const room = (count: number, limit: number, rules?: RetentionRules) => () =>
    requireRoom({ points: hourly(count), limit, rules, nowMs: NOW, name: 'sql01' });

  it('leave room for one more, or say so', () => {
    expect(room(511, 512)).not.toThrow();
    expect(room(512, 512)).toThrow(/512 of 512 points/);
    expect(room(64, 64, { days: 100 })).toThrow(/keep all/);
    expect(room(64, 64, { keep: 64 })).toThrow(/keep all/);
  });

  it('tell when pruning would make room, and prune nothing themselves', () => {
    try {
      room(64, 64, { keep: 63 })();
      expect.unreachable();
    } catch (error) {
      expect(StorageError.is(error) && error.code).toBe('POINT_LIMIT');
      expect(StorageError.is(error) && error.hint).toMatch(/pitvault prune/);
    }
  });
});
