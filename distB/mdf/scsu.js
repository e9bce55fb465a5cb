/** The Standard Compression Scheme for Unicode (UTS #6), in which compressed rows keep text. Decoding only. */
const STATIC_WINDOWS = [0x0000, 0x0080, 0x0100, 0x0300, 0x2000, 0x2080, 0x2100, 0x3000];
const DYNAMIC_WINDOWS = [0x0080, 0x00c0, 0x0400, 0x0600, 0x0900, 0x3040, 0x30a0, 0xff00];
/** Window positions with a number of their own. */
const SPECIAL = {
    249: 0x00c0,
    250: 0x0250,
    251: 0x0370,
    252: 0x0530,
    253: 0x3040,
    254: 0x30a0,
    255: 0xff60,
};
const SQ0 = 0x01;
const SDX = 0x0b;
const SQU = 0x0e;
const SCU = 0x0f;
const SC0 = 0x10;
const SD0 = 0x18;
const UC0 = 0xe0;
const UD0 = 0xe8;
const UQU = 0xf0;
const UDX = 0xf1;
/** Text of SCSU bytes; a command without its arguments at the end is filler and ignored. */
export function scsuText(bytes) {
    const windows = [...DYNAMIC_WINDOWS];
    let active = 0;
    let unicode = false;
    let text = '';
    let at = 0;
    const extended = () => {
        const packed = (bytes[at] << 8) | bytes[at + 1];
        active = packed >> 13;
        windows[active] = 0x10000 + 0x80 * (packed & 0x1fff);
        at += 2;
    };
    const define = (window) => {
        windows[window] = windowOffset(bytes[at++]);
        active = window;
    };
    while (at < bytes.length) {
        const byte = bytes[at++];
        const left = bytes.length - at;
        if (unicode) {
            if (byte < UC0 || byte > UDX) {
                if (left < 1)
                    break;
                text += String.fromCharCode((byte << 8) | bytes[at++]);
            }
            else if (byte < UD0) {
                active = byte - UC0;
                unicode = false;
            }
            else if (byte < UQU) {
                if (left < 1)
                    break;
                define(byte - UD0);
                unicode = false;
            }
            else if (left < 2)
                break;
            else if (byte === UQU) {
                text += String.fromCharCode((bytes[at] << 8) | bytes[at + 1]);
                at += 2;
            }
            else {
                extended();
                unicode = false;
            }
        }
        else if (byte >= 0x80)
            text += String.fromCodePoint(windows[active] + byte - 0x80);
        else if (byte >= 0x20 || byte === 0 || byte === 0x09 || byte === 0x0a || byte === 0x0d) {
            text += String.fromCharCode(byte);
        }
        else if (byte >= SD0) {
            if (left < 1)
                break;
            define(byte - SD0);
        }
        else if (byte >= SC0)
            active = byte - SC0;
        else if (byte === SCU)
            unicode = true;
        else if (byte === SQU || byte === SDX) {
            if (left < 2)
                break;
            if (byte === SDX)
                extended();
            else {
                text += String.fromCharCode((bytes[at] << 8) | bytes[at + 1]);
                at += 2;
            }
        }
        else if (byte <= 0x08) {
            if (left < 1)
                break;
            const quoted = bytes[at++];
            const window = byte - SQ0;
            text += String.fromCodePoint(quoted < 0x80 ? STATIC_WINDOWS[window] + quoted : windows[window] + quoted - 0x80);
        }
        else
            throw new RangeError(`SCSU byte 0x${byte.toString(16)} is reserved`);
    }
    return text;
}
function windowOffset(index) {
    const special = SPECIAL[index];
    if (special !== undefined)
        return special;
    if (index >= 0x01 && index <= 0x67)
        return index * 0x80;
    if (index >= 0x68 && index <= 0xa7)
        return index * 0x80 + 0xac00;
    throw new RangeError(`SCSU window ${index} is reserved`);
}
