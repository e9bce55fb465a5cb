/** Two maps walked side by side: where each part of either lives, in pieces that are whole on both sides. */

import { type AddressMap, type ExtentSink, requireRange } from '../map/address-map.ts';
import { type Extent, extentsOf } from '../map/extent.ts';

/** Both extents hold the pair; they may start before it. */
export type LeafPair = {
  readonly offset: number;
  readonly length: number;
  readonly before: Extent;
  readonly after: Extent;
};

/** Pairs in order, without gaps, that cover both maps; they must be of one size. */
export function* leafPairs(before: AddressMap, after: AddressMap): Generator<LeafPair> {
  const [befores, afters] = [extentsOf(before), extentsOf(after)];
  let [a, b] = [befores.next(), afters.next()];
  let offset = 0;
  while (a.done !== true && b.done !== true) {
    const endA = a.value.offset + a.value.length;
    const endB = b.value.offset + b.value.length;
    const end = Math.min(endA, endB);
    yield { offset, length: end - offset, before: a.value, after: b.value };
    offset = end;
    if (endA === end) a = befores.next();
    if (endB === end) b = afters.next();
  }
}

/** A map with zeros behind its end: disks of different sizes are compared as if the smaller one went on. */
export class PaddedMap implements AddressMap {
  readonly size: number;
  readonly #map: AddressMap;

  constructor(map: AddressMap, size: number) {
    this.#map = map;
    this.size = size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const held = Math.max(0, Math.min(length, this.#map.size - offset));
    if (held > 0) this.#map.resolve(offset, held, at, sink);
    if (held < length) sink.zero(at + held, length - held);
  }
}
