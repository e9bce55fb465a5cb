/** GUIDs: 16 bytes on disk (u32, u16, u16 little-endian, then 8 bytes in order) to and from lower-case text. */

const ORDER: readonly number[] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const SHAPE = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

export const NIL_GUID = '00000000-0000-0000-0000-000000000000';

/** Text of the GUID at this offset, lower case, no braces. */
export function getGuid(bytes: Uint8Array, offset: number): string {
  for (let i = 0, at = 0; i < 16; i++) {
    const byte = bytes[offset + ORDER[i]!]!;
    digits[at++] = digitOf(byte >>> 4);
    digits[at++] = digitOf(byte & 15);
    if (i === 3 || i === 5 || i === 7 || i === 9) at++;
  }
  return digits.toString('latin1');
}

/** Where the text is put together: strings added to each other would be twenty objects for each GUID. */
const digits = Buffer.from(NIL_GUID, 'latin1');

function digitOf(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** Writes the GUID's 16 bytes at this offset. */
export function setGuid(bytes: Uint8Array, offset: number, guid: string): void {
  const digits = guid.replaceAll('-', '');
  for (let i = 0; i < 16; i++) bytes[offset + ORDER[i]!] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
}

/** Canonical form (lower case, no braces) of text that is a GUID, else null. */
export function parseGuid(text: string): string | null {
  const match = SHAPE.exec(text.trim());
  return match === null ? null : match[1]!.toLowerCase();
}
