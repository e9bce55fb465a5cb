/**
 * The pages of one MSDA block: extents of 8 pages in ascending order, of which the file ids and page numbers are in the
 * page headers. Allocation maps are among the first pages, and say which extents follow.
 */
import { viewOf } from "../base/bytes.js";
import { readBytes } from "../map/read-map.js";
import { GAM_EXTENTS, PFS_INTERVAL } from "../mdf/allocation.js";
import { EXTENT_PAGES, HEADER_SIZE, PAGE, PAGE_SIZE, PageType } from "../mdf/page.js";
import { LEAD } from "./backup-set.js";
const EXTENT_SIZE = EXTENT_PAGES * PAGE_SIZE;
const FILLER = 0x65;
const BITMAP = 194;
const GAM_PAGE = 2;
const SGAM_PAGE = 3;
function framesOf(region) {
    const starts = [];
    const ends = [];
    let total = 0;
    for (const piece of region.pieces) {
        starts.push(piece.offset + LEAD - total * EXTENT_SIZE);
        total += Math.floor((piece.length - LEAD) / EXTENT_SIZE);
        ends.push(total);
    }
    return {
        count: total,
        offset: (frame) => starts[ends.findIndex((end) => frame < end)] + frame * EXTENT_SIZE,
    };
}
/** Regions are padded at their end. What follows the end of the file counts as allocated in the maps, so this matters. */
function withoutFiller(map, frames) {
    let { count } = frames;
    while (count > 0 && readBytes(map, frames.offset(count - 1), 2)[PAGE.type] === FILLER)
        count--;
    return { ...frames, count };
}
/**
 * The extents of a region. A whole full backup is placed by its allocation maps, which cost one read for 4 GiB; stripes,
 * differentials and second regions by the page numbers in the headers of their extents.
 */
export function indexRegion(map, region, byMaps) {
    const frames = withoutFiller(map, framesOf(region));
    const head = frames.count > 0 ? readBytes(map, frames.offset(0), HEADER_SIZE) : new Uint8Array(HEADER_SIZE);
    const fileId = viewOf(head).getUint16(PAGE.fileId, true);
    const index = byMaps ? indexByMaps(map, frames, fileId) : null;
    return index ?? indexByHeaders(map, frames, fileId);
}
/** Null where the maps are not where they should be, or the pages do not agree with them. */
function indexByMaps(map, frames, fileId) {
    /** Per interval: which extents are there, and the frame of the first. */
    const intervals = [];
    let frame = 0;
    for (let interval = 0; frame < frames.count; interval++) {
        const start = frames.offset(frame) + (interval === 0 ? GAM_PAGE * PAGE_SIZE : 0);
        const gam = readBytes(map, start, PAGE_SIZE);
        const sgam = readBytes(map, start + (SGAM_PAGE - GAM_PAGE) * PAGE_SIZE, PAGE_SIZE);
        if (gam[PAGE.type] === FILLER && interval > 0)
            break;
        if (gam[PAGE.type] !== PageType.gam || sgam[PAGE.type] !== PageType.sgam)
            return null;
        const bits = presentExtents(gam, sgam, interval);
        const ranks = new Uint32Array(bits.length + 1);
        for (let i = 0; i < bits.length; i++)
            ranks[i + 1] = ranks[i] + bitCount(bits[i]);
        intervals.push({ bits, first: frame, ranks });
        frame += ranks.at(-1);
    }
    const offsetOf = (extent) => {
        const interval = intervals[Math.floor(extent / GAM_EXTENTS)];
        const within = extent % GAM_EXTENTS;
        const byte = interval?.bits[within >> 3] ?? 0;
        if ((byte & (1 << (within & 7))) === 0)
            return null;
        const rank = interval.ranks[within >> 3] + bitCount(byte & ((1 << (within & 7)) - 1));
        return interval.first + rank < frames.count ? frames.offset(interval.first + rank) : null;
    };
    const last = intervals.at(-1);
    if (last === undefined)
        return null;
    let extentsEnd = (intervals.length - 1) * GAM_EXTENTS;
    for (let extent = GAM_EXTENTS - 1; extent >= 0; extent--) {
        if (offsetOf(extentsEnd + extent) === null)
            continue;
        extentsEnd += extent + 1;
        break;
    }
    return agrees(map, offsetOf, extentsEnd) ? { fileId, offsetOf, extentsEnd } : null;
}
/** Allocated, or first of the interval, or with a PFS page, or mixed with room. Bits beyond the interval are dropped. */
function presentExtents(gam, sgam, interval) {
    const bits = new Uint8Array(GAM_EXTENTS / 8);
    for (let i = 0; i < bits.length; i++)
        bits[i] = (~gam[BITMAP + i] & 0xff) | sgam[BITMAP + i];
    bits[0] |= 1;
    const firstPage = interval * GAM_EXTENTS * EXTENT_PAGES;
    const endPage = firstPage + GAM_EXTENTS * EXTENT_PAGES;
    for (let page = Math.ceil(firstPage / PFS_INTERVAL) * PFS_INTERVAL; page < endPage; page += PFS_INTERVAL) {
        const extent = Math.floor((page - firstPage) / EXTENT_PAGES);
        bits[extent >> 3] |= 1 << (extent & 7);
    }
    return bits;
}
/** Looks at a few extents: their pages must name themselves. */
function agrees(map, offsetOf, extentsEnd) {
    const probes = 16;
    for (let i = 0; i < probes; i++) {
        const from = Math.floor((i * extentsEnd) / probes);
        for (let extent = from; extent < Math.min(extentsEnd, from + 64); extent++) {
            const offset = offsetOf(extent);
            if (offset === null)
                continue;
            const votes = votesOf(map, offset);
            if (votes.size === 0)
                continue;
            if (!votes.has(extent))
                return false;
            break;
        }
    }
    return true;
}
function indexByHeaders(map, frames, fileId) {
    const places = new Map();
    let last = -1;
    for (let frame = 0; frame < frames.count; frame++) {
        const offset = frames.offset(frame);
        // Pages out of use may carry old numbers: the frame goes where most of its pages say, and never backwards.
        const votes = [...votesOf(map, offset)].filter(([extent]) => extent > last).sort((a, b) => b[1] - a[1]);
        const extent = votes[0]?.[0];
        if (extent === undefined)
            continue;
        places.set(extent, offset);
        last = extent;
    }
    return { fileId, offsetOf: (extent) => places.get(extent) ?? null, extentsEnd: last + 1 };
}
/** Extents that the pages of a frame name themselves of, with how many do. */
function votesOf(map, offset) {
    const votes = new Map();
    for (let i = 0; i < EXTENT_PAGES; i++) {
        const head = readBytes(map, offset + i * PAGE_SIZE, PAGE.pageId + 4);
        if (head.length < PAGE.pageId + 4 || head[0] !== 1 || head[PAGE.type] === FILLER)
            continue;
        const page = viewOf(head).getUint32(PAGE.pageId, true);
        if (page % EXTENT_PAGES !== i)
            continue;
        const extent = Math.floor(page / EXTENT_PAGES);
        votes.set(extent, (votes.get(extent) ?? 0) + 1);
    }
    return votes;
}
function bitCount(byte) {
    let count = 0;
    for (let rest = byte; rest !== 0; rest &= rest - 1)
        count++;
    return count;
}
