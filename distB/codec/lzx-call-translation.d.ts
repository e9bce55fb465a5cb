/** The x86 step of LZX: `call` targets, made absolute by the encoder because equal calls then look equal. */
/** Makes the absolute call targets of one expanded chunk relative again, in place. */
export declare function undoCallTranslation(chunk: Uint8Array): void;
