/**
 * Names between the volume (UTF-16, maybe with unpaired surrogates) and Linux (bytes without slash and NUL). Unpaired
 * surrogates become the three bytes that UTF-8 would have for them, so that every name comes back as it was.
 */
export declare function toHostName(name: string): Uint8Array;
/** The names that these bytes may stand for, the likeliest first. */
export declare function fromHostName(bytes: Uint8Array): string[];
