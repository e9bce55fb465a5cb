/** ScriptingConfig.xml as bytes: read and written in the encoding that it has, and never with a character lost. */
import { type TextEncoding } from '../base/decode-text.ts';
export type ConfigText = {
    readonly text: string;
    readonly encoding: TextEncoding;
};
/** Throws SCRIPTING_CONFIG_ENCODING where bytes stand for no character: what was read so could not be written again. */
export declare function decodeConfig(bytes: Uint8Array): ConfigText;
/** Throws where the file says of itself that it is in another encoding, in which it would be read wrongly. */
export declare function encodeConfig({ text, encoding }: ConfigText): Uint8Array;
