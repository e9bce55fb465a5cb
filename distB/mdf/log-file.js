/** Transaction logs (.ldf): only as much as tells whether the database needs them. */
import { viewOf } from "../base/bytes.js";
import { corrupt } from "../errors.js";
import { readBytes } from "../map/read-map.js";
import { PAGE_SIZE, Page, PageType } from "./page.js";
const FIRST_VLF = PAGE_SIZE;
const BLOCK_UNIT = 512;
const VLF_SIGNATURE = 0xab;
const VLF = { parity: 1, format: 2, sequence: 4, size: 16, offset: 24 };
const BLOCK = { parity: 0, recordCount: 2, bytesUsed: 4, size: 6, sequence: 12, number: 16 };
const PARITY_BITS = 0xc0;
const VLFS_MAX = 100_000;
/** Blocks looked at behind the checkpoint: what makes a log unclean comes at once. */
const BLOCKS_MAX = 100_000;
const Operation = { beginCheckpoint: 0x96, transactions: 0x98, endCheckpoint: 0x99 };
const OPERATION = 22;
/** Throws kind `corrupt` for bytes that are no log. */
export function requireLog(map, name) {
    const header = new Page(0, 0, readBytes(map, 0, PAGE_SIZE));
    if (header.bytes.length < PAGE_SIZE || header.type !== PageType.fileHeader) {
        throw corrupt('LDF_FILE_HEADER', `${name} is no transaction log`, {
            image: name,
            structure: 'file header',
            offset: 0,
        });
    }
}
/** What the log means for the database with this checkpoint. Throws kind `corrupt` for bytes that are no log. */
export function readLogState(map, name, checkpoint) {
    requireLog(map, name);
    const logs = readVirtualLogs(map, name);
    const active = logs.filter((log) => log.sequence !== 0 && log.sequence >= checkpoint.file);
    const own = logs.find((log) => log.sequence === checkpoint.file);
    const after = own === undefined ? null : readAfterCheckpoint(map, own, checkpoint);
    return {
        name,
        virtualLogs: logs.length,
        activeVirtualLogs: active.length,
        activeBytes: active.reduce((sum, log) => sum + log.size, 0),
        holdsCheckpoint: after !== null,
        nothingAfterCheckpoint: after === null ? null : !after && !active.some((log) => log.sequence > checkpoint.file),
    };
}
/** Back to back from the second page on. Throws where the first one is no virtual log. */
export function readVirtualLogs(map, name) {
    const logs = [];
    for (let offset = FIRST_VLF; offset + BLOCK_UNIT <= map.size && logs.length < VLFS_MAX;) {
        const bytes = readBytes(map, offset, BLOCK_UNIT);
        const view = viewOf(bytes);
        const size = Number(view.getBigUint64(VLF.size, true));
        if (bytes[0] !== VLF_SIGNATURE || !(size >= PAGE_SIZE && offset + size <= map.size)) {
            if (logs.length > 0)
                break; // grown, and not formatted yet; or cut short
            throw corrupt('LDF_VLF', `${name} has no virtual log at ${offset}`, {
                image: name,
                structure: 'VLF header',
                offset,
            });
        }
        logs.push({ offset, size, sequence: view.getUint32(VLF.sequence, true), parity: bytes[VLF.parity] & PARITY_BITS });
        offset += size;
    }
    return logs;
}
/** True when records other than the checkpoint's own follow it, false when none do, null when it is not there. */
function readAfterCheckpoint(map, log, checkpoint) {
    let number = checkpoint.block;
    let first = true;
    for (let count = 0; count < BLOCKS_MAX; count++) {
        const offset = log.offset + number * BLOCK_UNIT;
        if (offset + BLOCK_UNIT > log.offset + log.size)
            return first ? null : false;
        const block = readBlock(map, offset, log, number);
        if (block === null)
            return first ? null : false;
        const operations = operationsOf(block);
        if (first) {
            const at = checkpoint.slot - 1;
            if (operations[at] !== Operation.beginCheckpoint)
                return null;
            operations.splice(0, at + 1);
        }
        if (operations.some((one) => one !== Operation.transactions && one !== Operation.endCheckpoint))
            return true;
        first = false;
        number += block.length / BLOCK_UNIT;
    }
    return true;
}
/** The block at this place, or null where another use of the log, or nothing, stands. */
function readBlock(map, offset, log, number) {
    const head = readBytes(map, offset, BLOCK_UNIT);
    if (head.length < BLOCK_UNIT)
        return null;
    const view = viewOf(head);
    const size = view.getUint16(BLOCK.size, true);
    const fits = size >= BLOCK_UNIT && size % BLOCK_UNIT === 0 && offset + size <= log.offset + log.size;
    const current = (head[BLOCK.parity] & PARITY_BITS) === log.parity &&
        view.getUint32(BLOCK.sequence, true) === log.sequence &&
        view.getUint32(BLOCK.number, true) === number;
    return fits && current ? readBytes(map, offset, size) : null;
}
/** Operation of each record, by the slot array below the end of what is used. */
function operationsOf(block) {
    const view = viewOf(block);
    const count = view.getUint16(BLOCK.recordCount, true);
    const used = view.getUint16(BLOCK.bytesUsed, true);
    const operations = [];
    for (let slot = 1; slot <= count; slot++) {
        const entry = used - 2 * slot;
        if (!(entry > 0 && entry + 2 <= block.length))
            break;
        // The last byte of each sector carries the block's own parity; slots stand before it.
        const record = view.getUint16(entry, true);
        operations.push(block[record + OPERATION] ?? -1);
    }
    return operations;
}
