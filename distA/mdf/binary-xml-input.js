/** The primitives of a binary XML stream. Every read is bounds-checked: beyond the end is a RangeError. */
import { viewOf } from "../base/bytes.js";
import { utf16Text } from "./text.js";
const UTF_16 = 1200;
export class BinaryXmlInput {
    bytes;
    view;
    #at = 0;
    constructor(bytes) {
        this.bytes = bytes;
        this.view = viewOf(bytes);
    }
    get ended() {
        return this.#at >= this.bytes.length;
    }
    /** `DF FF`, version, code page. */
    header() {
        const at = this.take(5);
        const version = this.bytes[at + 2];
        if (this.view.getUint16(at, true) !== 0xffdf || (version !== 1 && version !== 2))
            throw new RangeError('no binary XML');
        if (this.view.getUint16(at + 3, true) !== UTF_16)
            throw new RangeError('binary XML that is not UTF-16');
    }
    /** Offset of the next `length` bytes, which are then behind. */
    take(length) {
        const at = this.#at;
        if (!(length >= 0 && at + length <= this.bytes.length))
            throw new RangeError('binary XML is cut short');
        this.#at = at + length;
        return at;
    }
    skip(length) {
        this.take(length);
    }
    u8() {
        return this.bytes[this.take(1)];
    }
    peek() {
        return this.bytes[this.#at] ?? -1;
    }
    /** Groups of seven bits, lowest first; the high bit says that more follow. */
    multiByte() {
        let value = 0;
        for (let shift = 0; shift < 35; shift += 7) {
            const byte = this.u8();
            value += (byte & 0x7f) * 2 ** shift;
            if (byte < 0x80)
                return value;
        }
        throw new RangeError('a number in binary XML has no end');
    }
    text() {
        const size = 2 * this.multiByte();
        const at = this.take(size);
        return utf16Text(this.bytes, at, at + size);
    }
}
