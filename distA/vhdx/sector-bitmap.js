/**
 * Sector bitmap blocks (MS-VHDX 2.5.2): one bit for each sector of a chunk, lowest bit first. Set: the sector is in this
 * file. Clear: it is the parent's. Scanned 32 bits at a time; a payload block's bits always start on a 32-bit word.
 */
import { corrupt } from "../errors.js";
import { BAD_UNIT, goodEnd, PAGE_SIZE } from "./table-pages.js";
const BITS_IN_PAGE = PAGE_SIZE * 8;
/** Bits that a bad sector costs. */
export const BITS_IN_BAD_UNIT = BAD_UNIT * 8;
/**
 * The run of equal bits from `sector` to at most `end` (exclusive), both counted in the chunk whose bitmap starts at
 * this file offset. Ends at a page's end at the latest, and before a bad sector. Throws the StorageError of a bitmap that
 * cannot be read there.
 */
export function sectorRunAt(pages, bitmapOffset, sector, end) {
    const first = sector % BITS_IN_PAGE;
    let limit = Math.min(first + end - sector, BITS_IN_PAGE);
    const endByte = ((limit + 31) >>> 5) * 4;
    const startByte = (first >>> 5) * 4;
    const page = pages.part(Math.floor((bitmapOffset + (sector >>> 3)) / PAGE_SIZE), startByte, endByte);
    const readable = goodEnd(page, startByte);
    if (page.bad !== null && readable > startByte)
        limit = Math.min(limit, readable * 8);
    else if (endByte > readable) {
        if (page.bad !== null)
            throw page.bad.error;
        throw corrupt('VHDX_BITMAP_PAST_END', 'the file ends within a sector bitmap', {
            structure: 'sector bitmap',
            offset: bitmapOffset + (sector >>> 3),
        });
    }
    const word = page.view.getUint32(startByte, true);
    const present = ((word >>> (first & 31)) & 1) === 1;
    const invert = present ? 0xffff_ffff : 0;
    // Bits that differ from the first one become 1; those before the first one are of no interest.
    let differing = (word ^ invert) & (0xffff_ffff << (first & 31));
    let base = first - (first & 31);
    while (differing === 0 && (base += 32) < limit) {
        differing = page.view.getUint32(base >>> 3, true) ^ invert;
    }
    const stop = differing === 0 ? limit : Math.min(limit, base + 31 - Math.clz32(differing & -differing));
    return { present, count: stop - first };
}
