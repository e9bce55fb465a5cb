/** FILETIME: unsigned 64-bit count of 100 ns since 1601-01-01 UTC. Held here as Unix milliseconds. */
/**
 * Unix milliseconds of the FILETIME at this offset: exact whole milliseconds, and a fraction as good as a double can
 * hold (0.25 us). 0 (unset) stays below any real time.
 */
export declare function getFiletimeMs(view: DataView, offset: number): number;
/** A FILETIME of zero: never set. */
export declare const UNSET_FILETIME_MS: number;
