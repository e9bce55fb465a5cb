/** FILETIME: unsigned 64-bit count of 100 ns since 1601-01-01 UTC. Held here as Unix milliseconds (fractions kept to 0.25 us). */

const EPOCH_MS = 11_644_473_600_000;
const HIGH_MS = 2 ** 32 / 10_000;

/** Unix milliseconds of the FILETIME at this offset; 0 (unset) stays below any real time. */
export function getFiletimeMs(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * HIGH_MS - EPOCH_MS + view.getUint32(offset, true) / 10_000;
}

/** A FILETIME of zero: never set. */
export const UNSET_FILETIME_MS = -EPOCH_MS;
