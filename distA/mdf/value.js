/**
 * Values as they leave a row. Exact numbers that a double cannot hold, dates, times and GUIDs are text in SQL Server's
 * own canonical form, which sorts and compares as they do; binary values are bytes.
 */
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase());
/** `0x00A1…`, as SQL Server prints binary. */
export function hexText(bytes) {
    let text = '0x';
    for (const byte of bytes)
        text += HEX[byte];
    return text;
}
/** Text of any value but null. */
export function valueText(value) {
    if (typeof value === 'boolean')
        return value ? '1' : '0';
    return value instanceof Uint8Array ? hexText(value) : String(value);
}
