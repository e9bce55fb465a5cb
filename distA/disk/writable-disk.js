/**
 * A virtual disk open for writing: the port the engine writes through. Reading it gives what was written, at once.
 *
 * Contract:
 * 1. Offsets and lengths are multiples of the logical sector size and lie inside the disk (else RangeError).
 * 2. What was written before `flush` returned is there after a power cut. Of what was written since, each sector is
 *    old or new; a sector nobody wrote keeps its bytes.
 * 3. After the first failure nothing more is done: every later call throws kind `closed` with that failure as cause.
 */
export {};
