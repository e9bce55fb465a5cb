/**
 * $LogFile: whether the journal holds unfinished work. The journal is not replayed; a reader of a crashed volume has to
 * know that what it reads is crash-consistent.
 */
import { hasAscii, isPowerOfTwo, viewOf } from "../base/bytes.js";
import { readBytes } from "../map/read-map.js";
import { applyFixups } from "./fixups.js";
const RESTART_PAGE = { systemPageSize: 16, logPageSize: 20, areaOffset: 24, minor: 26, major: 28 };
const RESTART_AREA = { currentLsn: 0, clients: 8, freeList: 10, inUseList: 12, flags: 14 };
const RESTART_AREA_SIZE = 16;
const PAGE_SIZE = 4096;
const NO_CLIENT = 0xffff;
const VOLUME_IS_CLEAN = 2;
/** `empty`: filled with 0xFF as formatting leaves it. `unknown`: neither restart page holds. */
export function journalState(stream) {
    const first = readBytes(stream, 0, PAGE_SIZE);
    if (first.length === 0)
        return 'unknown';
    if (first.every((byte) => byte === 0xff))
        return 'empty';
    const pages = [decodeRestartPage(stream, 0), decodeRestartPage(stream, secondPageOffset(first))];
    let newest = null;
    for (const page of pages)
        if (page !== null && (newest === null || page.lsn > newest.lsn))
            newest = page;
    return newest === null ? 'unknown' : newest.clean ? 'clean' : 'unclean';
}
function secondPageOffset(first) {
    const size = viewOf(first).getUint32(RESTART_PAGE.systemPageSize, true);
    return hasAscii(first, 0, 'RSTR') && isPageSize(size) ? size : PAGE_SIZE;
}
function isPageSize(size) {
    return isPowerOfTwo(size) && size >= 512 && size <= 65_536;
}
function decodeRestartPage(stream, offset) {
    const head = readBytes(stream, offset, 512);
    if (head.length < 512 || !hasAscii(head, 0, 'RSTR'))
        return null;
    const size = viewOf(head).getUint32(RESTART_PAGE.systemPageSize, true);
    if (!isPageSize(size))
        return null;
    const bytes = readBytes(stream, offset, size);
    if (bytes.length < size)
        return null;
    const view = viewOf(bytes);
    const area = view.getUint16(RESTART_PAGE.areaOffset, true);
    if (applyFixups(view, 0, size, Math.min(510, size)) !== null || area + RESTART_AREA_SIZE > size)
        return null;
    return {
        lsn: view.getBigUint64(area + RESTART_AREA.currentLsn, true),
        clean: view.getUint16(area + RESTART_AREA.inUseList, true) === NO_CLIENT ||
            (view.getUint16(area + RESTART_AREA.flags, true) & VOLUME_IS_CLEAN) !== 0,
    };
}
