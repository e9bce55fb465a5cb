/**
 * An MSTL block: one virtual log of the log file as it was, and for those that the backup needs the range of it whose log
 * blocks follow in the block's MQTL stream. A full backup has one for every virtual log, used or not.
 *
 * Found on real backups of versions 661 to 852: these virtual logs fill each log file from its second page to its end.
 */
import { getU64 } from "../base/bytes.js";
import { getLsn } from "../mdf/boot-page.js";
/** Offsets in the block. Place, size and range count from the start of the log file. */
const MSTL = {
    start: 60,
    end: 68,
    fileId: 76,
    sequence: 92,
    size: 96,
    offset: 104,
    parity: 114,
    created: 116,
    format: 126,
    SIZE: 128,
};
/** Null for a block that is too short to say. */
export function readLogPlace({ bytes, view }) {
    if (bytes.length < MSTL.SIZE)
        return null;
    return {
        fileId: view.getUint32(MSTL.fileId, true),
        offset: getU64(view, MSTL.offset),
        size: getU64(view, MSTL.size),
        sequence: view.getUint32(MSTL.sequence, true),
        parity: bytes[MSTL.parity],
        format: view.getUint16(MSTL.format, true),
        created: getLsn(view, MSTL.created),
        start: getU64(view, MSTL.start),
        end: getU64(view, MSTL.end),
    };
}
