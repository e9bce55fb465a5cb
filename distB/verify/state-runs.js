/**
 * Which blocks of a state have to be read to know all of it, when the state before it has been read already.
 *
 * A block may be left out only when its bytes are the same storage as before (the same place of the same file, or blocks
 * that the file system says are shared) and its fingerprint is the same as before. Everything else is read.
 */
import { isZero } from "../base/bytes.js";
import { extentsOf } from "../map/extent.js";
import { FINGERPRINT_SIZE } from "../sidecar/fingerprint.js";
import { PAGE_ENTRIES } from "../sidecar/format.js";
import { placedRanges } from "./placed-ranges.js";
/**
 * Everything that is stored, or has to be: blocks of zeros that occupy nothing are known without reading. `extents`: of
 * the file of a disk that stands alone, when they are known: what lies in holes of the file is stored nowhere either.
 */
export function wholeRuns(map, sidecar, extents) {
    const stored = extents === null ? storedRanges(map) : placedRanges(map, extents);
    return blockRuns(sidecar.facts.blockSize, stored, nonZeroRanges(sidecar));
}
/** Ranges of the map that are anything but zero leaves. */
function* storedRanges(map) {
    for (const { kind, offset, length } of extentsOf(map))
        if (kind !== 'zero')
            yield { offset, length };
}
/** Neighbours within a page of the sidecar are joined: a range for each block would cost more than all else. */
function* nonZeroRanges(sidecar) {
    const { blockSize, diskSize } = sidecar.facts;
    for (const page of sidecar.pageNumbers()) {
        const fingerprints = sidecar.page(page);
        for (let first = 0; first < PAGE_ENTRIES; first++) {
            let end = first;
            while (end < PAGE_ENTRIES && !isZeroEntry(fingerprints, end))
                end++;
            if (end === first)
                continue;
            const offset = (page * PAGE_ENTRIES + first) * blockSize;
            yield { offset, length: Math.min((end - first) * blockSize, diskSize - offset) };
            first = end;
        }
    }
}
function isZeroEntry(fingerprints, entry) {
    return isZero(fingerprints, entry * FINGERPRINT_SIZE, (entry + 1) * FINGERPRINT_SIZE);
}
/** The blocks that any of these ranges touch, each once, ascending. Each list ascends. */
export function* blockRuns(blockSize, ...lists) {
    let first = 0;
    let end = -1;
    for (const { offset, length } of merged(lists)) {
        const from = Math.floor(offset / blockSize);
        const to = Math.ceil((offset + length) / blockSize);
        if (end >= 0 && from <= end) {
            end = Math.max(end, to);
            continue;
        }
        if (end >= 0)
            yield { first, count: end - first };
        first = from;
        end = to;
    }
    if (end >= 0)
        yield { first, count: end - first };
}
function* merged(lists) {
    const heads = lists.map((list) => {
        const ranges = list[Symbol.iterator]();
        return { ranges, next: ranges.next() };
    });
    for (;;) {
        let least = null;
        for (const head of heads) {
            if (head.next.done === true)
                continue;
            if (least === null || head.next.value.offset < least.next.value.offset)
                least = head;
        }
        if (least === null)
            return;
        yield least.next.value;
        least.next = least.ranges.next();
    }
}
