/** Verification of the block allocation table: every entry in the file, no two blocks on each other. */
import { hex } from "../base/bytes.js";
import { finding } from "../disk/disk-image.js";
import { UNALLOCATED } from "./format.js";
const SPEC = 'VHD Block Allocation Table and Data Blocks';
/** Twice the blocks of the largest disk that Windows makes (2040 GiB); beyond, overlaps are not looked for. */
const OVERLAP_BLOCKS_MAX = 2 ** 21;
/** A table of noise would give a finding for each entry. */
const FINDINGS_MAX = 1000;
/** Findings of the first `blocks` entries; `span` is the bytes that a block takes with its bitmap. */
export function* checkBlocks(blocks, table, span, fileSize, locate) {
    const places = [];
    const count = Math.min(blocks, table.length);
    let reported = 0;
    for (let index = 0; index < count && reported < FINDINGS_MAX; index++) {
        const place = locate(index);
        if (place === UNALLOCATED)
            continue;
        if (typeof place !== 'number') {
            reported++;
            yield finding('error', place, SPEC);
            continue;
        }
        if (places.length < OVERLAP_BLOCKS_MAX)
            places.push(place);
        const isLast = index === blocks - 1;
        if (place + span > fileSize && !isLast) {
            reported++;
            yield finding('error', table.invalid(index, place, `its end is cut off: the file ends at ${hex(fileSize)}`), SPEC);
        }
    }
    yield* overlaps(Float64Array.from(places).sort(), span, table, FINDINGS_MAX - reported);
}
function* overlaps(places, span, table, max) {
    let reported = 0;
    for (let i = 1; i < places.length && reported < max; i++) {
        if (places[i] >= places[i - 1] + span)
            continue;
        reported++;
        yield finding('error', {
            code: 'VHD_BLOCKS_OVERLAP',
            message: `two blocks overlap at ${hex(places[i])}: one begins at ${hex(places[i - 1])}, both take ${hex(span)} bytes`,
            at: { structure: 'BAT', offset: table.placeOf(0) },
        }, SPEC);
    }
}
