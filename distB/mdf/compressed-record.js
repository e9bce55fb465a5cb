/**
 * Rows of compressed tables ("CD" records): four bits per column tell how long it is, short values stand together, long
 * ones behind them. On page-compressed pages values share prefixes with an anchor row, or are symbols of a dictionary.
 */
import { corrupt, StorageError } from "../errors.js";
import { isTextPointer } from "./column-type.js";
import { expandValue } from "./compressed-value.js";
import { HEADER_SIZE } from "./page.js";
const CLUSTER = 30;
const HAS_LONG = 0x20;
const COMPLEX = 0x8000;
const Kind = { primary: 0, forwarded: 4 };
const Nibble = { nothing: 0, empty: 1, long: 10, bitTrue: 11, symbol: 12 };
const ANCHOR = 0x02;
const DICTIONARY = 0x04;
const LONG_PREFIX = 0x80;
const NULL_FIELD = { kind: 'null' };
const EMPTY_FIELD = { kind: 'empty' };
const TRUE_FIELD = { kind: 'true' };
const NO_BYTES = new Uint8Array(0);
export function isCompressedRecord(status) {
    return (status & 1) === 1;
}
export class CompressedRecordReader {
    #columns;
    #lobs;
    #onDamage;
    #page;
    #context = { anchor: [], dictionary: [] };
    constructor(columns, lobs, onDamage) {
        this.#columns = columns;
        this.#lobs = lobs;
        this.#onDamage = onDamage;
    }
    /** As `RecordReader.read`. */
    read(page, slot) {
        const at = page.recordOffset(slot);
        if (at === 0)
            return null;
        if (at < 0)
            throw bad(page, slot, 'its slot points outside the page');
        const kind = (page.bytes[at] >> 2) & 7;
        if (kind !== Kind.primary && kind !== Kind.forwarded)
            return null;
        if (page !== this.#page) {
            this.#page = page;
            this.#context = page.hasCompressionInformation ? readContext(page) : { anchor: [], dictionary: [] };
        }
        const fields = readFields(page, at, page.recordsEnd, slot);
        return this.#columns.map((column) => this.#value(column, fields, page, slot));
    }
    #value(column, fields, page, slot) {
        const index = column.nullBit - 1;
        const field = fields[index];
        if (field === undefined)
            return column.initial;
        try {
            if (field.kind === 'null')
                return null;
            if (field.kind === 'true')
                return true;
            if (field.kind === 'bytes' && field.complex)
                return this.#outside(column, field.bytes);
            return expandValue(column.type, this.#whole(index, field));
        }
        catch (error) {
            if (!(StorageError.isDamage(error) || error instanceof RangeError || error instanceof TypeError))
                throw error;
            this.#onDamage(corrupt('MDF_VALUE', `column ${column.name} of the row in slot ${slot} of ${page.place} cannot be read: ${error.message}`, { structure: page.place, offset: page.number * page.bytes.length }));
            return null;
        }
    }
    #outside(column, bytes) {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const value = isTextPointer(column.type.xtype)
            ? this.#lobs.readPointer(view, 0, bytes.length)
            : this.#lobs.readInline(bytes, view, 0, bytes.length);
        return value === null ? null : expandValue(column.type, value);
    }
    /** Undoes the page's compression: dictionary first, then the prefix from the anchor. */
    #whole(index, field) {
        const anchor = this.#context.anchor[index];
        let bytes = field.kind === 'bytes' ? field.bytes : NO_BYTES;
        if (field.kind === 'symbol') {
            const entry = this.#context.dictionary[field.symbol];
            if (entry === undefined)
                throw new RangeError(`symbol ${field.symbol} is not in the page's dictionary`);
            bytes = entry;
        }
        if (anchor === undefined || anchor.kind !== 'bytes')
            return bytes;
        if (field.kind === 'empty')
            return anchor.bytes;
        const long = bytes[0] === LONG_PREFIX;
        const prefix = long ? bytes[1] : bytes[0];
        if (!(prefix <= anchor.bytes.length))
            throw new RangeError(`a prefix of ${prefix} bytes is longer than the anchor`);
        const suffix = bytes.subarray(long ? 2 : 1);
        const whole = new Uint8Array(prefix + suffix.length);
        whole.set(anchor.bytes.subarray(0, prefix));
        whole.set(suffix, prefix);
        return whole;
    }
}
/** Anchor and dictionary of a page: flags, u16 changes, [u16 dictionary offset], u16 size, anchor, dictionary. */
function readContext(page) {
    const { bytes, view } = page;
    const start = HEADER_SIZE;
    const flags = bytes[start];
    const hasDictionary = (flags & DICTIONARY) !== 0;
    const sizeAt = start + (hasDictionary ? 5 : 3);
    const end = start + view.getUint16(sizeAt, true);
    if (!(end <= page.recordsEnd))
        throw bad(page, null, 'its compression information is longer than the page');
    const anchor = (flags & ANCHOR) !== 0 ? readFields(page, sizeAt + 2, end, null) : [];
    if (!hasDictionary)
        return { anchor, dictionary: [] };
    const at = start + view.getUint16(start + 3, true);
    if (!(at + 2 <= end))
        throw bad(page, null, 'its dictionary lies outside');
    const count = view.getUint16(at, true);
    const data = at + 2 + 2 * count;
    const dictionary = [];
    let from = data;
    for (let i = 0; i < count && data <= end; i++) {
        const to = data + view.getUint16(at + 2 + 2 * i, true);
        if (!(from <= to && to <= end))
            throw bad(page, null, 'a dictionary entry lies outside');
        dictionary.push(bytes.subarray(from, to));
        from = to;
    }
    return { anchor, dictionary };
}
/** All columns of the record at `at`, which may reach up to `limit`. */
function readFields(page, at, limit, slot) {
    const { bytes, view } = page;
    let next = at + 1;
    let count = bytes[next++];
    if ((count & 0x80) !== 0)
        count = ((count & 0x7f) << 8) | bytes[next++];
    const nibbles = next;
    const clusters = count > 0 ? Math.floor((count - 1) / CLUSTER) : 0;
    let short = nibbles + ((count + 1) >> 1) + clusters;
    if (!(short <= limit))
        throw bad(page, slot, 'its columns leave the page');
    const kinds = new Uint8Array(count);
    let shortSize = 0;
    for (let i = 0; i < count; i++) {
        const nibble = (bytes[nibbles + (i >> 1)] >> (4 * (i & 1))) & 15;
        if (nibble > Nibble.symbol)
            throw bad(page, slot, `column ${i + 1} is of an unknown kind`);
        kinds[i] = nibble;
        if (nibble > Nibble.empty && nibble < Nibble.long)
            shortSize += nibble - 1;
        else if (nibble === Nibble.symbol)
            shortSize++;
    }
    const region = short + shortSize;
    if (!(region <= limit))
        throw bad(page, slot, 'its short values leave the page');
    const ends = region + 3;
    let longCount = 0;
    let longData = 0;
    if ((bytes[at] & HAS_LONG) !== 0 && ends <= limit) {
        longCount = view.getUint16(region + 1, true);
        longData = ends + 2 * longCount + clusters;
        if (!(longData <= limit))
            throw bad(page, slot, 'its long values leave the page');
    }
    const fields = new Array(count);
    let long = 0;
    let longStart = 0;
    for (let i = 0; i < count; i++) {
        const kind = kinds[i];
        if (kind === Nibble.nothing)
            fields[i] = NULL_FIELD;
        else if (kind === Nibble.empty)
            fields[i] = EMPTY_FIELD;
        else if (kind === Nibble.bitTrue)
            fields[i] = TRUE_FIELD;
        else if (kind === Nibble.symbol)
            fields[i] = { kind: 'symbol', symbol: bytes[short++] };
        else if (kind === Nibble.long) {
            if (long >= longCount)
                throw bad(page, slot, 'a long value is missing');
            const raw = view.getUint16(ends + 2 * long++, true);
            const end = raw & ~COMPLEX;
            if (!(longStart <= end && longData + end <= limit))
                throw bad(page, slot, 'a long value lies outside');
            const value = bytes.subarray(longData + longStart, longData + end);
            fields[i] = { kind: 'bytes', bytes: value, complex: (raw & COMPLEX) !== 0 };
            longStart = end;
        }
        else {
            const size = kind - 1;
            fields[i] = { kind: 'bytes', bytes: bytes.subarray(short, short + size), complex: false };
            short += size;
        }
    }
    return fields;
}
function bad(page, slot, why) {
    const what = slot === null ? `the compression information of ${page.place}` : `the record in slot ${slot} of ${page.place}`;
    return corrupt('MDF_RECORD', `${what} is damaged: ${why}`, {
        structure: page.place,
        offset: page.number * page.bytes.length,
    });
}
