/** GUIDs: 16 bytes on disk (u32, u16, u16 little-endian, then 8 bytes in order) to and from lower-case text. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const SHAPE = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;
export const NIL_GUID = '00000000-0000-0000-0000-000000000000';
/** Text of the GUID at this offset, lower case, no braces. */
export function getGuid(bytes, offset) {
    for (let i = 0; i < 16; i++) {
        const pair = 2 * bytes[offset + ORDER[i]];
        const at = PLACES[i];
        text[at] = PAIRS[pair];
        text[at + 1] = PAIRS[pair + 1];
    }
    return text.toString('latin1');
}
/** Where the text is put together: strings added to each other would be twenty objects for each GUID. */
const text = Buffer.from(NIL_GUID, 'latin1');
/** Where the two digits of each byte stand in it. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/** The digits of every byte, one behind the other. */
const PAIRS = Buffer.from(Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)).toString('hex'), 'latin1');
/** Writes the GUID's 16 bytes at this offset. */
export function setGuid(bytes, offset, guid) {
    const digits = guid.replaceAll('-', '');
    for (let i = 0; i < 16; i++)
        bytes[offset + ORDER[i]] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
}
/** Canonical form (lower case, no braces) of text that is a GUID, else null. */
export function parseGuid(text) {
    const match = SHAPE.exec(text.trim());
    return match === null ? null : match[1].toLowerCase();
}
