/**
 * What recovery points cost: the bytes that only one of them needs, and what any set of deletions would free. Computed
 * from what each state changed, never from payload.
 *
 * States stand in a row, oldest first, and each takes over from the one before what it did not change. So a stored piece
 * lives from the state that wrote it (its birth) to the last state before it was overwritten (its end), and it can be
 * freed when all states from birth to end are gone. One sweep over all changes in the order of their offsets adds every
 * piece to the sum of its birth and end; all questions are answered from these sums.
 *
 * 1. Time is O(changes * log changes), plus, where many states changed one place, the states that did.
 * 2. Memory is 16 bytes for each changed range and 4 bytes for each pair of states.
 */

import { alignDown, alignUp } from '../base/bytes.ts';
import { firstNotBelow } from '../base/sorted.ts';
import { invalidArgument } from '../errors.ts';

/** Bytes of the state's own address space. `isStored` false: the range became zeros that occupy nothing. */
export type ChangedRange = { readonly offset: number; readonly length: number; readonly isStored: boolean };

export type StateChanges = {
  readonly id: string;
  /** What differs from the state before, ascending, without overlap. Of the oldest state: all that it stores. */
  readonly ranges: Iterable<ChangedRange>;
};

/** Storage is given in pieces of this size: the block of the common file systems. */
const UNIT = 4096;
const STATES_MAX = 4096;
const STATE_SPAN = 2 ** 14;
/** Order at one place: what ends there comes first. */
const END = 0;
const STORED = 1;
const ZERO = 2;

export class PointUsage {
  /** Of all states, oldest first. */
  readonly ids: readonly string[];
  /** `#sums[birth]![end - birth]`: bytes of pieces that live from birth to at most `end`. */
  readonly #sums: readonly Float64Array[];

  /** @internal */
  constructor(ids: readonly string[], sums: readonly Float64Array[]) {
    this.ids = ids;
    for (const row of sums) for (let i = 1; i < row.length; i++) row[i]! += row[i - 1]!;
    this.#sums = sums;
  }

  /** Bytes that all states occupy together. */
  get total(): number {
    return this.#freedByRun(0, this.ids.length - 1);
  }

  /** Bytes that only this state needs. Throws USAGE_NO_POINT where there is none of this id. */
  unique(id: string): number {
    const index = this.#indexOf(id);
    return this.#freedByRun(index, index);
  }

  /** Bytes that are freed when all of these states go. */
  freedBy(ids: Iterable<string>): number {
    const gone = new Uint8Array(this.ids.length + 1);
    for (const id of ids) gone[this.#indexOf(id)] = 1;
    let freed = 0;
    for (let start = 0; start < this.ids.length; start++) {
      if (gone[start] === 0) continue;
      let end = start;
      while (gone[end + 1] === 1) end++;
      freed += this.#freedByRun(start, end);
      start = end;
    }
    return freed;
  }

  /** Pieces that are born and end within a run of states. */
  #freedByRun(first: number, last: number): number {
    let bytes = 0;
    for (let birth = first; birth <= last; birth++) bytes += this.#sums[birth]![last - birth]!;
    return bytes;
  }

  #indexOf(id: string): number {
    const index = this.ids.indexOf(id);
    if (index >= 0) return index;
    throw invalidArgument('USAGE_NO_POINT', `there is no state ${id}`);
  }
}

/** `states`: oldest first, the live replica last. */
export function measureUsage(states: readonly StateChanges[]): PointUsage {
  const count = states.length;
  if (count > STATES_MAX) throw invalidArgument('USAGE_TOO_MANY', `${count} states: at most ${STATES_MAX}`);
  const events = new Events();
  for (const [state, { ranges }] of states.entries()) addState(events, state, ranges);
  const sums = Array.from({ length: count }, (_, birth) => new Float64Array(count - birth));
  sweep(events.sorted(), sums);
  return new PointUsage(
    states.map(({ id }) => id),
    sums,
  );
}

function addState(events: Events, state: number, ranges: Iterable<ChangedRange>): void {
  let reached = 0;
  let passed = 0;
  for (const { offset, length, isStored } of ranges) {
    if (offset < passed) throw new RangeError(`changes overlap or are out of order at ${offset}`);
    passed = offset + length;
    // A unit that is touched is stored whole; only a whole unit of zeros is free.
    const start = Math.max(reached, isStored ? alignDown(offset, UNIT) : alignUp(offset, UNIT));
    const end = isStored ? alignUp(passed, UNIT) : alignDown(passed, UNIT);
    if (end <= start) continue;
    events.add(start / UNIT, state, isStored ? STORED : ZERO);
    events.add(end / UNIT, state, END);
    reached = end;
  }
}

/** Starts and ends of ranges, packed into numbers that sort by place, then state, then kind. */
class Events {
  #keys = new Float64Array(1024);
  #count = 0;

  add(unit: number, state: number, kind: number): void {
    if (this.#count === this.#keys.length) {
      const grown = new Float64Array(2 * this.#count);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    this.#keys[this.#count++] = unit * STATE_SPAN + state * 4 + kind;
  }

  sorted(): Float64Array {
    return this.#keys.subarray(0, this.#count).sort();
  }
}

/** Goes over all places at which anything starts or ends, with the states that changed what lies between. */
function sweep(events: Float64Array, sums: readonly Float64Array[]): void {
  const active: number[] = []; // states, ascending
  const kinds = new Uint8Array(sums.length);
  let place = 0;
  for (const key of events) {
    const unit = Math.floor(key / STATE_SPAN);
    if (unit > place) {
      addPieces(active, kinds, (unit - place) * UNIT, sums);
      place = unit;
    }
    const rest = key - unit * STATE_SPAN;
    const state = rest >>> 2;
    const at = firstNotBelow(active, state);
    if ((rest & 3) === END) active.splice(at, 1);
    else {
      active.splice(at, 0, state);
      kinds[state] = rest & 3;
    }
  }
}

/** The pieces that lie at one place, one after another in time. */
function addPieces(active: readonly number[], kinds: Uint8Array, length: number, sums: readonly Float64Array[]): void {
  let birth = -1;
  for (const state of active) {
    if (birth >= 0) sums[birth]![state - 1 - birth]! += length;
    birth = kinds[state] === STORED ? state : -1;
  }
  if (birth >= 0) sums[birth]![sums.length - 1 - birth]! += length;
}
