/**
 * VBLK records: what they say of volumes, components, partitions and disks. A record is its header and a sequence of
 * fields, of which numbers and texts carry their own length; records refer to each other by id.
 *
 * Invariants:
 * 1. A field that would run past the record's own length is a defect of the record, never a read beyond it.
 * 2. A number beyond 2^53-1 becomes NaN, which passes no range test.
 * 3. Fields that no reader needs are stepped over by their lengths, not interpreted.
 */
import { getU64Be, viewOf } from "../base/bytes.js";
import { NIL_GUID, parseGuid } from "../base/guid.js";
import { ascii } from "./format.js";
export const VOLUME_KIND = { general: 3, raid5: 4 };
export const COMPONENT_LAYOUT = { striped: 1, concatenated: 2, raid5: 3 };
const RECORD = {
    status: 0, //  u16  0: in force
    flags: 2, //   u8   which of the optional fields are there
    type: 3, //    u8   low half: kind, high half: revision
    length: 4, //  u32  of the fields
    fields: 8,
};
const TYPE = { volume: 0x51, component: 0x32, partition: 0x33, diskText: 0x34, diskBinary: 0x44 };
const VOLUME_FLAG = { hint: 0x02, id1: 0x08, id2: 0x20, size2: 0x80 };
const STATE_SIZE = 14;
/** Null where not even the header fits. */
export function decodeRecordHeader(payload) {
    if (payload.length < RECORD.fields)
        return null;
    const view = viewOf(payload);
    return {
        status: view.getUint16(RECORD.status),
        type: view.getUint8(RECORD.type),
        length: view.getUint32(RECORD.length),
    };
}
/** The record in this payload; null for kinds that say nothing of where bytes are. Throws RangeError: see invariant 1. */
export function decodeRecord(payload) {
    const view = viewOf(payload);
    const flags = view.getUint8(RECORD.flags);
    const fields = new FieldReader(payload, RECORD.fields, RECORD.fields + view.getUint32(RECORD.length));
    switch (view.getUint8(RECORD.type)) {
        case TYPE.volume:
            return { kind: 'volume', value: decodeVolume(fields, flags) };
        case TYPE.component:
            return { kind: 'component', value: decodeComponent(fields) };
        case TYPE.partition:
            return { kind: 'partition', value: decodePartition(fields) };
        case TYPE.diskText:
            return { kind: 'disk', value: { id: fields.number(), name: fields.text(), guid: parseGuid(fields.text()) } };
        case TYPE.diskBinary:
            return { kind: 'disk', value: { id: fields.number(), name: fields.text(), guid: fields.guid() } };
        default:
            return null;
    }
}
function decodeVolume(fields, flags) {
    const id = fields.number();
    const name = fields.text();
    fields.text(); // "gen" or "raid5"
    fields.text(); // whether Windows may give it a letter
    const state = fields.fixedText(STATE_SIZE);
    const kind = fields.byte();
    fields.skip(1 + 1 + 3 + 1); // unknown, number of the volume, zeros, flags
    const componentCount = fields.number();
    fields.skip(8 + 8); // commit id, unknown
    const size = fields.number();
    fields.skip(4 + 1); // zeros, partition type
    const guid = fields.guid();
    if (flags & VOLUME_FLAG.id1)
        fields.text();
    if (flags & VOLUME_FLAG.id2)
        fields.text();
    if (flags & VOLUME_FLAG.size2)
        fields.number();
    const hint = flags & VOLUME_FLAG.hint ? fields.text() : '';
    return { id, name, state, kind, componentCount, size, guid: guid === NIL_GUID ? null : guid, hint };
}
function decodeComponent(fields) {
    const id = fields.number();
    const name = fields.text();
    const state = fields.text();
    const layout = fields.byte();
    fields.skip(4);
    const partitionCount = fields.number();
    fields.skip(8 + 8); // commit id, unknown
    const volumeId = fields.number();
    return { id, name, state, layout, partitionCount, volumeId };
}
function decodePartition(fields) {
    const id = fields.number();
    const name = fields.text();
    fields.skip(4 + 8); // zeros, commit id
    const start = fields.u64();
    const offset = fields.u64();
    const size = fields.number();
    const componentId = fields.number();
    const diskId = fields.number();
    return { id, name, start, offset, size, componentId, diskId };
}
/** Reads fields one after the other, within the record. */
class FieldReader {
    #bytes;
    #view;
    #end;
    #at;
    constructor(bytes, start, end) {
        if (!(end <= bytes.length))
            throw new RangeError(`it says that it ends at ${end} of ${bytes.length} bytes`);
        this.#bytes = bytes;
        this.#view = viewOf(bytes);
        this.#at = start;
        this.#end = end;
    }
    /** Steps over so many bytes; returns where they begin. */
    skip(length) {
        const start = this.#at;
        if (!(start + length <= this.#end))
            throw new RangeError(`a field at ${start} runs past its end at ${this.#end}`);
        this.#at = start + length;
        return start;
    }
    byte() {
        return this.#view.getUint8(this.skip(1));
    }
    u64() {
        return getU64Be(this.#view, this.skip(8));
    }
    /** Its length in one byte, then big-endian. */
    number() {
        const length = this.byte();
        if (length > 8)
            throw new RangeError(`a number at ${this.#at - 1} has ${length} bytes`);
        const start = this.skip(length);
        let value = 0;
        for (let i = 0; i < length; i++)
            value = value * 256 + this.#view.getUint8(start + i);
        return Number.isSafeInteger(value) ? value : Number.NaN;
    }
    text() {
        const length = this.byte();
        return ascii(this.#bytes, this.skip(length), length);
    }
    fixedText(length) {
        return ascii(this.#bytes, this.skip(length), length);
    }
    /** 16 bytes in the order of the text. */
    guid() {
        const start = this.skip(16);
        const digits = Array.from(this.#bytes.subarray(start, start + 16), (byte) => byte.toString(16).padStart(2, '0'));
        return parseGuid(digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
    }
}
