/** ScriptingConfig.xml as bytes: read and written in the encoding that it has, and never with a character lost. */
import { decodeWholeText, encodeText, textEncodingOf } from "../base/decode-text.js";
import { corrupt, invalidArgument } from "../errors.js";
const STRUCTURE = 'ScriptingConfig.xml';
const DECLARED = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']+)["']/;
/** Throws SCRIPTING_CONFIG_ENCODING where bytes stand for no character: what was read so could not be written again. */
export function decodeConfig(bytes) {
    const text = decodeWholeText(bytes);
    if (text !== null)
        return { text, encoding: textEncodingOf(bytes) };
    const declared = DECLARED.exec(Buffer.from(bytes.subarray(0, 256)).toString('latin1'))?.[1];
    const says = declared === undefined || /^utf-?8$/i.test(declared) ? '' : ` (it says that it is ${declared})`;
    throw corrupt('SCRIPTING_CONFIG_ENCODING', `it is neither UTF-8 nor UTF-16 with a byte order mark${says}`, {
        structure: STRUCTURE,
        hint: 'save it as UTF-8 in a text editor, and let its first line say so: encoding="utf-8"',
    });
}
/** Throws where the file says of itself that it is in another encoding, in which it would be read wrongly. */
export function encodeConfig({ text, encoding }) {
    const declared = DECLARED.exec(text)?.[1];
    const isWide = encoding.startsWith('utf-16');
    const agrees = declared === undefined || (isWide ? /^utf-?16/i : /^utf-?8$/i).test(declared);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, which is the same in nearly every encoding
    if (agrees || isWide || (!/^utf-?16/i.test(declared) && /^[\u0000-\u007f]*$/.test(text))) {
        return encodeText(text, encoding);
    }
    throw invalidArgument('SCRIPTING_CONFIG_ENCODING', `the file says that it is ${declared}, and would be ${encoding}`, {
        structure: STRUCTURE,
        hint: 'save it as UTF-8 in a text editor, and let its first line say so: encoding="utf-8"',
    });
}
