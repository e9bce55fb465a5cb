/** CRC-32 (IEEE 802.3), which GPT uses. Not the platform's own: loading zlib takes longer than a GPT's 16 KiB here. */
/** CRC-32 of the bytes, continuing from `seed` (a CRC returned earlier; 0 to start). */
export declare const crc32: import("./crc.ts").Crc;
