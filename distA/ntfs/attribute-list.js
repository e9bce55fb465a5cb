/**
 * $ATTRIBUTE_LIST: where the attributes of a file stand whose record is too small for them.
 *
 * Invariants:
 * 1. Only what the list names counts; an extension record's own list is never followed.
 * 2. An entry that breaks a rule ends the list: what it may have named is unknown, and that is said wherever it matters.
 */
import { getU64, getUtf16, hex, viewOf } from "../base/bytes.js";
import { referenceNumber, referenceSequence } from "./file-record.js";
/** Windows itself refuses longer ones. */
export const ATTRIBUTE_LIST_SIZE_MAX = 256 * 1024;
const ENTRY = { type: 0, length: 4, nameLength: 6, nameOffset: 7, startVcn: 8, reference: 16, id: 24 };
const ENTRY_SIZE_MIN = 26;
export function decodeAttributeList(bytes) {
    const view = viewOf(bytes);
    const entries = [];
    let offset = 0;
    while (offset < bytes.length) {
        const left = bytes.length - offset;
        const length = left >= ENTRY_SIZE_MIN ? view.getUint16(offset + ENTRY.length, true) : 0;
        if (left < ENTRY_SIZE_MIN || length < ENTRY_SIZE_MIN || length > left || (length & 7) !== 0) {
            const message = `entry length: expected a multiple of 8 from ${ENTRY_SIZE_MIN} to ${hex(left)}, found ${hex(length)}`;
            return { entries, defect: { offset, message } };
        }
        const nameLength = view.getUint8(offset + ENTRY.nameLength);
        const nameOffset = view.getUint8(offset + ENTRY.nameOffset);
        if (nameLength > 0 && nameOffset + 2 * nameLength > length) {
            return { entries, defect: { offset, message: `entry name leaves the entry of ${hex(length)} bytes` } };
        }
        entries.push({
            type: view.getUint32(offset + ENTRY.type, true),
            name: getUtf16(view, offset + nameOffset, nameLength),
            startVcn: getU64(view, offset + ENTRY.startVcn),
            recordNumber: referenceNumber(view, offset + ENTRY.reference),
            recordSequence: referenceSequence(view, offset + ENTRY.reference),
            id: view.getUint16(offset + ENTRY.id, true),
        });
        offset += length;
    }
    return { entries, defect: null };
}
