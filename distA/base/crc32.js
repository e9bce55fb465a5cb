/** CRC-32 (IEEE 802.3), which GPT uses. Not the platform's own: loading zlib takes longer than a GPT's 16 KiB here. */
import { makeCrc } from "./crc.js";
/** CRC-32 of the bytes, continuing from `seed` (a CRC returned earlier; 0 to start). */
export const crc32 = makeCrc(0xedb88320);
