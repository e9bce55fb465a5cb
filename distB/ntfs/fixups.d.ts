/**
 * Update sequence arrays ("fixups"): the last two bytes of every 512-byte stride of a record, index block or log page
 * are replaced on disk by one number; the originals stand in an array near the structure's head. A stride that does not
 * end in that number was not written with the others: the structure is torn.
 *
 * Invariants:
 * 1. The stride is 512 bytes on every medium, 4096-byte sectors included.
 * 2. The array holds one number and one original for each stride; more are ignored, fewer are a defect.
 */
export declare const FIXUP_STRIDE = 512;
export type FixupDefect = 'array' | 'torn';
/**
 * Puts the original bytes back in place. `headEnd` is where the array has to end (the first attribute or entry),
 * relative to the structure. A structure with a defect is left as it was found.
 */
export declare function applyFixups(view: DataView, base: number, size: number, headEnd: number): FixupDefect | null;
