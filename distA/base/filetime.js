/** FILETIME: unsigned 64-bit count of 100 ns since 1601-01-01 UTC. Held here as Unix milliseconds. */
const EPOCH_MS = 11_644_473_600_000;
const TICKS_PER_MS = 10_000;
// 2^32 ticks are this many whole milliseconds and a rest: with them the conversion stays in exact integers.
const HIGH_MS = 429_496;
const HIGH_REST = 7296;
/**
 * Unix milliseconds of the FILETIME at this offset: exact whole milliseconds, and a fraction as good as a double can
 * hold (0.25 us). 0 (unset) stays below any real time.
 */
export function getFiletimeMs(view, offset) {
    const high = view.getUint32(offset + 4, true);
    const rest = high * HIGH_REST + view.getUint32(offset, true);
    const ticks = rest % TICKS_PER_MS;
    return high * HIGH_MS + (rest - ticks) / TICKS_PER_MS - EPOCH_MS + ticks / TICKS_PER_MS;
}
/** A FILETIME of zero: never set. */
export const UNSET_FILETIME_MS = -EPOCH_MS;
