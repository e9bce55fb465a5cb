/** Two maps walked side by side: where each part of either lives, in pieces that are whole on both sides. */
import { requireRange } from "../map/address-map.js";
import { extentsOf } from "../map/extent.js";
/** Pairs in order, without gaps, that cover both maps; they must be of one size. */
export function* leafPairs(before, after) {
    const [befores, afters] = [extentsOf(before), extentsOf(after)];
    let [a, b] = [befores.next(), afters.next()];
    let offset = 0;
    while (a.done !== true && b.done !== true) {
        const endA = a.value.offset + a.value.length;
        const endB = b.value.offset + b.value.length;
        const end = Math.min(endA, endB);
        yield { offset, length: end - offset, before: a.value, after: b.value };
        offset = end;
        if (endA === end)
            a = befores.next();
        if (endB === end)
            b = afters.next();
    }
}
/** A map with zeros behind its end: disks of different sizes are compared as if the smaller one went on. */
export class PaddedMap {
    size;
    #map;
    constructor(map, size) {
        this.#map = map;
        this.size = size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const held = Math.max(0, Math.min(length, this.#map.size - offset));
        if (held > 0)
            this.#map.resolve(offset, held, at, sink);
        if (held < length)
            sink.zero(at + held, length - held);
    }
}
