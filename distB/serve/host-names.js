/**
 * Names between the volume (UTF-16, maybe with unpaired surrogates) and Linux (bytes without slash and NUL). Unpaired
 * surrogates become the three bytes that UTF-8 would have for them, so that every name comes back as it was.
 */
/** What stands for characters that NTFS allows to some programs, and Linux to none. */
const STAND_INS = [
    ['/', '\u2215'],
    ['\0', '\u2400'],
];
/** And for whole names that mean something else there. */
const DOTS = new Map([
    ['.', '\u2024'],
    ['..', '\u2025'],
]);
const NAMES_OF_DOTS = new Map([...DOTS].map(([name, shown]) => [shown, name]));
export function toHostName(name) {
    let safe = DOTS.get(name) ?? name;
    for (const [character, shown] of STAND_INS)
        if (safe.includes(character))
            safe = safe.replaceAll(character, shown);
    if (isWellFormed(safe))
        return Buffer.from(safe);
    return Buffer.concat(Array.from(safe, (character) => {
        const code = character.charCodeAt(0);
        const unpaired = character.length === 1 && code >= 0xd800 && code < 0xe000;
        return unpaired
            ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)])
            : Buffer.from(character);
    }));
}
/** The names that these bytes may stand for, the likeliest first. */
export function fromHostName(bytes) {
    const text = decode(bytes);
    let restored = NAMES_OF_DOTS.get(text) ?? text;
    for (const [character, shown] of STAND_INS)
        restored = restored.replaceAll(shown, character);
    return restored === text ? [text] : [text, restored];
}
function decode(bytes) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const surrogate = buffer.indexOf(0xed);
    if (surrogate < 0 || (buffer[surrogate + 1] ?? 0) < 0xa0)
        return buffer.toString('utf8');
    let text = '';
    let start = 0;
    for (let at = surrogate; at >= 0; at = buffer.indexOf(0xed, start)) {
        text += buffer.toString('utf8', start, at);
        start = at + 3;
        const unpaired = (buffer[at + 1] ?? 0) >= 0xa0;
        text += unpaired
            ? String.fromCharCode(0xd000 | ((buffer[at + 1] & 0x3f) << 6) | (buffer[at + 2] & 0x3f))
            : buffer.toString('utf8', at, start);
    }
    return text + buffer.toString('utf8', start);
}
function isWellFormed(text) {
    return text.isWellFormed();
}
