/** Text as Windows' editors and shells save it: UTF-8, or UTF-16 with a byte order mark. */
export function textEncodingOf([first, second, third]) {
    if (first === 0xff && second === 0xfe)
        return 'utf-16le';
    if (first === 0xfe && second === 0xff)
        return 'utf-16be';
    return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8 with a mark' : 'utf-8';
}
/** The mark itself is left out. */
export function decodeText(bytes) {
    const encoding = textEncodingOf(bytes);
    return new TextDecoder(encoding === 'utf-8 with a mark' ? 'utf-8' : encoding).decode(bytes);
}
/** Null where some bytes stand for no character, which `decodeText` puts U+FFFD in the place of. */
export function decodeWholeText(bytes) {
    const encoding = textEncodingOf(bytes);
    try {
        return new TextDecoder(encoding === 'utf-8 with a mark' ? 'utf-8' : encoding, { fatal: true }).decode(bytes);
    }
    catch (error) {
        if (error instanceof TypeError)
            return null;
        throw error;
    }
}
export function encodeText(text, encoding) {
    if (encoding === 'utf-8')
        return Buffer.from(text);
    const marked = `\ufeff${text}`;
    if (encoding === 'utf-8 with a mark')
        return Buffer.from(marked);
    const bytes = Buffer.from(marked, 'utf16le');
    return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}
