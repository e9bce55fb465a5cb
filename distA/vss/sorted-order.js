/** A stable sort of numbers that do not fit next to their place in one double: radix, two passes of 16 bits. */
const RADIX = 0x1_0000;
/** Indexes 0 to `count` in the order of `keys`, equal keys in their own order. */
export function sortedOrder(keys, count) {
    let order = new Uint32Array(count);
    for (let index = 0; index < count; index++)
        order[index] = index;
    let next = new Uint32Array(count);
    const starts = new Uint32Array(RADIX + 1);
    for (const shift of [0, 16]) {
        starts.fill(0);
        for (let index = 0; index < count; index++)
            starts[((keys[index] >>> shift) & 0xffff) + 1]++;
        for (let digit = 0; digit < RADIX; digit++)
            starts[digit + 1] += starts[digit];
        for (let place = 0; place < count; place++) {
            const index = order[place];
            next[starts[(keys[index] >>> shift) & 0xffff]++] = index;
        }
        [order, next] = [next, order];
    }
    return order;
}
