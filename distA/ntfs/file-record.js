/**
 * File records: the rows of the $MFT.
 *
 * Invariants of an accepted record:
 * 1. It starts with "FILE", its fixups hold, and `attributesOffset < usedSize <= record size`.
 * 2. Whether it is in use, and of which sequence, is for whoever holds the reference to check.
 */
import { hex } from "../base/bytes.js";
import { applyFixups } from "./fixups.js";
export const RECORD = {
    signature: 0,
    fixupOffset: 4,
    fixupCount: 6,
    lsn: 8,
    sequence: 16,
    linkCount: 18,
    attributesOffset: 20,
    flags: 22,
    usedSize: 24,
    allocatedSize: 28,
    baseReference: 32,
    nextAttributeId: 40,
    recordNumber: 44,
};
export const RECORD_IN_USE = 1;
export const RECORD_IS_DIRECTORY = 2;
/** "FILE" and "BAAD" as little-endian words. */
export const SIGNATURE_FILE = 0x454c4946;
export const SIGNATURE_BAAD = 0x44414142;
const ATTRIBUTES_OFFSET_MIN = 0x2a;
const ATTRIBUTE_HEADER_MIN = 8;
/** Record numbers of the system files. */
export const MFT_RECORD = 0;
export const LOG_FILE_RECORD = 2;
export const VOLUME_RECORD = 3;
export const ROOT_RECORD = 5;
export const UPCASE_RECORD = 10;
export const EXTEND_RECORD = 11;
/** Below this number stand system files only. */
export const FIRST_USER_RECORD = 16;
/** Records that $MFTMirr repeats on every volume. */
export const MIRRORED_RECORDS = 4;
/** Number part (48 bits) of the file reference at this offset. */
export function referenceNumber(view, offset) {
    return view.getUint16(offset + 4, true) * 0x1_0000_0000 + view.getUint32(offset, true);
}
/** Sequence part (16 bits) of the file reference at this offset; 0 means: do not check. */
export function referenceSequence(view, offset) {
    return view.getUint16(offset + 6, true);
}
/** Applies the fixups of the record at `base` in place and checks its head; a record that has a defect stays as it is. */
export function prepareRecord(view, base, recordSize) {
    const signature = view.getUint32(base + RECORD.signature, true);
    if (signature !== SIGNATURE_FILE) {
        return signature === SIGNATURE_BAAD ? 'BAAD' : signature === 0 ? 'EMPTY' : 'SIGNATURE';
    }
    const attributesOffset = view.getUint16(base + RECORD.attributesOffset, true);
    const usedSize = view.getUint32(base + RECORD.usedSize, true);
    if (attributesOffset < ATTRIBUTES_OFFSET_MIN || (attributesOffset & 7) !== 0)
        return 'ATTRIBUTES_OFFSET';
    if (usedSize > recordSize || usedSize < attributesOffset + ATTRIBUTE_HEADER_MIN)
        return 'USED_SIZE';
    const fixups = applyFixups(view, base, recordSize, attributesOffset);
    return fixups === null ? null : fixups === 'torn' ? 'TORN' : 'FIXUP_ARRAY';
}
/** A sentence about the defect of the record at `base`: what was expected, what was found. */
export function describeRecordDefect(defect, view, base, recordSize) {
    const at = (field) => hex(view.getUint16(base + field, true));
    switch (defect) {
        case 'SIGNATURE':
            return `signature: expected "FILE", found ${hex(view.getUint32(base, true))}`;
        case 'BAAD':
            return 'is marked bad ("BAAD")';
        case 'EMPTY':
            return 'is empty: it was never used, or was overwritten with zeros';
        case 'FIXUP_ARRAY':
            return (`fixup array: expected ${recordSize / 512 + 1} entries before the first attribute at ` +
                `${at(RECORD.attributesOffset)}, found ${at(RECORD.fixupCount)} at ${at(RECORD.fixupOffset)}`);
        case 'TORN':
            return 'is torn: not all of its 512-byte strides were written together';
        case 'ATTRIBUTES_OFFSET':
            return `first attribute: expected at a multiple of 8 from 0x2a on, found ${at(RECORD.attributesOffset)}`;
        case 'USED_SIZE':
            return (`used size: expected more than ${at(RECORD.attributesOffset)} and at most ${hex(recordSize)}, ` +
                `found ${hex(view.getUint32(base + RECORD.usedSize, true))}`);
    }
}
/** One record with a copy of its bytes of its own, fixups applied. */
export class FileRecord {
    number;
    bytes;
    view;
    /** Absolute byte in the volume. */
    offset;
    constructor(number, bytes, offset) {
        this.number = number;
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.offset = offset;
    }
    /** For messages. */
    get what() {
        return `file record ${this.number}`;
    }
    get sequence() {
        return this.view.getUint16(RECORD.sequence, true);
    }
    get flags() {
        return this.view.getUint16(RECORD.flags, true);
    }
    get isInUse() {
        return (this.flags & RECORD_IN_USE) !== 0;
    }
    get isDirectory() {
        return (this.flags & RECORD_IS_DIRECTORY) !== 0;
    }
    get attributesOffset() {
        return this.view.getUint16(RECORD.attributesOffset, true);
    }
    get usedSize() {
        return this.view.getUint32(RECORD.usedSize, true);
    }
    get allocatedSize() {
        return this.view.getUint32(RECORD.allocatedSize, true);
    }
    /** Record that this one continues; 0 in base records. */
    get baseNumber() {
        return referenceNumber(this.view, RECORD.baseReference);
    }
    get baseSequence() {
        return referenceSequence(this.view, RECORD.baseReference);
    }
}
