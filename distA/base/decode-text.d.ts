/** Text as Windows' editors and shells save it: UTF-8, or UTF-16 with a byte order mark. */
export type TextEncoding = 'utf-8' | 'utf-8 with a mark' | 'utf-16le' | 'utf-16be';
export declare function textEncodingOf([first, second, third]: Uint8Array): TextEncoding;
/** The mark itself is left out. */
export declare function decodeText(bytes: Uint8Array): string;
/** Null where some bytes stand for no character, which `decodeText` puts U+FFFD in the place of. */
export declare function decodeWholeText(bytes: Uint8Array): string | null;
export declare function encodeText(text: string, encoding: TextEncoding): Uint8Array;
