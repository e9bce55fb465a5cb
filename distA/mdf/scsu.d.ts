/** The Standard Compression Scheme for Unicode (UTS #6), in which compressed rows keep text. Decoding only. */
/** Text of SCSU bytes; a command without its arguments at the end is filler and ignored. */
export declare function scsuText(bytes: Uint8Array): string;
