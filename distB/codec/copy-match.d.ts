/** The copy step of every Lempel-Ziv decoder here. */
/**
 * Repeats `length` bytes from `distance` bytes before `out`. The ranges may overlap: then the bytes in between are a
 * pattern that repeats. The caller has checked `1 <= distance <= out` and `out + length <= target.length`.
 */
export declare function copyMatch(target: Uint8Array, out: number, distance: number, length: number): void;
