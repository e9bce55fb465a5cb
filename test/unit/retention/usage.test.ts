/** Usage against a model that knows, for each unit of each state, which piece of storage it is in. */

import { describe, expect, it } from 'vitest';
import { extentChanges, type PlacedRange } from '../../../src/retention/extent-changes.ts';
import { type ChangedRange, measureUsage, type StateChanges } from '../../../src/retention/usage.ts';
import { Random } from '../../support/random.ts';

const UNIT = 4096;
const UNITS = 40;

/** The piece in each unit of a state: a number of its own for each write; 0 for zeros. */
type Units = readonly number[];

function randomStates(random: Random, count: number): Units[] {
  let piece = 0;
  const states: Units[] = [];
  let units: number[] = Array.from({ length: UNITS }, () => (random.below(2) === 0 ? 0 : ++piece));
  for (let state = 0; state < count; state++) {
    states.push(units);
    units = [...units];
    for (let change = random.below(6); change > 0; change--) {
      const start = random.below(UNITS);
      const zero = random.below(4) === 0;
      for (let unit = start; unit < Math.min(UNITS, start + 1 + random.below(8)); unit++)
        units[unit] = zero ? 0 : ++piece;
    }
  }
  return states;
}

function changesOf(states: readonly Units[]): StateChanges[] {
  return states.map((units, state) => {
    const before = states[state - 1] ?? units.map(() => 0);
    const ranges: ChangedRange[] = [];
    for (const [unit, piece] of units.entries()) {
      if (piece === before[unit]) continue;
      ranges.push({ offset: unit * UNIT, length: UNIT, isStored: piece !== 0 });
    }
    return { id: `s${state}`, ranges };
  });
}

function piecesOf(states: Iterable<Units>): Set<number> {
  const pieces = new Set<number>();
  for (const units of states) for (const piece of units) if (piece !== 0) pieces.add(piece);
  return pieces;
}

/** Bytes that vanish when these states do. */
function freed(states: readonly Units[], gone: ReadonlySet<number>): number {
  const left = piecesOf(states.filter((_, state) => !gone.has(state)));
  return UNIT * (piecesOf(states).size - left.size);
}

describe('usage of points', () => {
  it('equals counting every piece of storage, for any set of deletions', () => {
    const random = new Random();
    for (let round = 0; round < 300; round++) {
      const states = randomStates(random, 1 + random.below(9));
      const usage = measureUsage(changesOf(states));
      const what = `seed ${random.seed}, round ${round}`;
      expect(usage.total, what).toBe(UNIT * piecesOf(states).size);
      for (const [state] of states.entries())
        expect(usage.unique(`s${state}`), what).toBe(freed(states, new Set([state])));
      for (let set = 0; set < 8; set++) {
        const gone = new Set([...states.keys()].filter(() => random.below(2) === 0));
        expect(usage.freedBy([...gone].map((state) => `s${state}`)), what).toBe(freed(states, gone));
      }
    }
  });

  it('counts a unit once however many writes of a state touch it, and frees whole units only', () => {
    const usage = measureUsage([
      { id: 'a', ranges: [{ offset: 0, length: 3 * UNIT, isStored: true }] },
      {
        id: 'b',
        ranges: [
          { offset: 512, length: 512, isStored: true },
          { offset: 2048, length: 512, isStored: true },
          { offset: UNIT + 512, length: 2 * UNIT - 512, isStored: false },
        ],
      },
    ]);
    expect(usage.unique('b')).toBe(UNIT);
    expect(usage.unique('a')).toBe(2 * UNIT); // unit 0 was overwritten, unit 2 became zeros, unit 1 only in part
    expect(usage.total).toBe(4 * UNIT);
  });

  it('reaches to 64 TiB', () => {
    const end = 2 ** 46;
    const usage = measureUsage([
      { id: 'a', ranges: [{ offset: 0, length: end, isStored: true }] },
      { id: 'b', ranges: [{ offset: end - UNIT, length: UNIT, isStored: true }] },
    ]);
    expect(usage.total).toBe(end + UNIT);
    expect(usage.unique('a')).toBe(UNIT);
  });

  it('refuses changes out of order and points it does not know', () => {
    const ranges = [
      { offset: UNIT, length: UNIT, isStored: true },
      { offset: 0, length: UNIT, isStored: true },
    ];
    expect(() => measureUsage([{ id: 'a', ranges }])).toThrow(RangeError);
    expect(() => measureUsage([{ id: 'a', ranges: [] }]).unique('b')).toThrow(/no state b/);
  });

  it('takes 512 states of 1,500 scattered changes each', () => {
    const random = new Random(7);
    const states = Array.from({ length: 512 }, (_, state): StateChanges => {
      const units = [...new Set(Array.from({ length: 1500 }, () => random.below(2 ** 20)))].sort((a, b) => a - b);
      return { id: `s${state}`, ranges: units.map((unit) => ({ offset: unit * UNIT, length: UNIT, isStored: true })) };
    });
    const usage = measureUsage(states);
    const all = states.map(({ ranges }) => [...ranges].length * UNIT).reduce((a, b) => a + b);
    expect(usage.total).toBe(all);
    expect(usage.freedBy(usage.ids)).toBe(all);
  });
});

describe('changes between two clones', () => {
  /** Runs of units with their addresses, cut at random places: an extent may end anywhere. */
  function placed(units: Units, random: Random): PlacedRange[] {
    const ranges: PlacedRange[] = [];
    for (const [unit, piece] of units.entries()) {
      if (piece === 0) continue;
      const last = ranges.at(-1);
      const physical = piece * UNIT;
      if (
        last !== undefined &&
        last.offset + last.length === unit * UNIT &&
        last.physical + last.length === physical &&
        random.below(3) > 0
      )
        ranges[ranges.length - 1] = { ...last, length: last.length + UNIT };
      else ranges.push({ offset: unit * UNIT, length: UNIT, physical, trusted: true });
    }
    return ranges;
  }

  it('are those of the model', () => {
    const random = new Random();
    for (let round = 0; round < 300; round++) {
      const states = randomStates(random, 5);
      const fromExtents = states.map((units, state) => ({
        id: `s${state}`,
        ranges: [...extentChanges(state === 0 ? [] : placed(states[state - 1]!, random), placed(units, random))],
      }));
      const what = `seed ${random.seed}, round ${round}`;
      const [usage, expected] = [measureUsage(fromExtents), measureUsage(changesOf(states))];
      expect(usage.total, what).toBe(expected.total);
      for (const id of usage.ids) expect(usage.unique(id), what).toBe(expected.unique(id));
    }
  });

  it('take blocks for changed that do not tell where they are', () => {
    const range = { offset: 0, length: UNIT, physical: 8 * UNIT };
    expect([...extentChanges([{ ...range, trusted: true }], [{ ...range, trusted: true }])]).toEqual([]);
    expect([...extentChanges([{ ...range, trusted: false }], [{ ...range, trusted: false }])]).toEqual([
      { offset: 0, length: UNIT, isStored: true },
    ]);
  });
});
