/** A stable sort of numbers that do not fit next to their place in one double: radix, two passes of 16 bits. */
/** Indexes 0 to `count` in the order of `keys`, equal keys in their own order. */
export declare function sortedOrder(keys: Uint32Array, count: number): Uint32Array<ArrayBuffer>;
