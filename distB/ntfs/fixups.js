/**
 * Update sequence arrays ("fixups"): the last two bytes of every 512-byte stride of a record, index block or log page
 * are replaced on disk by one number; the originals stand in an array near the structure's head. A stride that does not
 * end in that number was not written with the others: the structure is torn.
 *
 * Invariants:
 * 1. The stride is 512 bytes on every medium, 4096-byte sectors included.
 * 2. The array holds one number and one original for each stride; more are ignored, fewer are a defect.
 */
export const FIXUP_STRIDE = 512;
const HEADER = { signature: 0, arrayOffset: 4, arrayCount: 6 };
/**
 * Puts the original bytes back in place. `headEnd` is where the array has to end (the first attribute or entry),
 * relative to the structure. A structure with a defect is left as it was found.
 */
export function applyFixups(view, base, size, headEnd) {
    const arrayOffset = view.getUint16(base + HEADER.arrayOffset, true);
    const strides = size / FIXUP_STRIDE;
    if ((arrayOffset & 1) !== 0 || arrayOffset < 8 || view.getUint16(base + HEADER.arrayCount, true) < strides + 1) {
        return 'array';
    }
    if (arrayOffset + 2 * (strides + 1) > headEnd || headEnd > size)
        return 'array';
    const array = base + arrayOffset;
    const number = view.getUint16(array, true);
    for (let stride = 1; stride <= strides; stride++) {
        if (view.getUint16(base + stride * FIXUP_STRIDE - 2, true) !== number)
            return 'torn';
    }
    for (let stride = 1; stride <= strides; stride++) {
        view.setUint16(base + stride * FIXUP_STRIDE - 2, view.getUint16(array + 2 * stride, true), true);
    }
    return null;
}
