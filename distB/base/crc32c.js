/** CRC-32C (Castagnoli), with which VHDX protects headers, region tables and log entries: a few MiB per open at most. */
import { makeCrc } from "./crc.js";
/** CRC-32C of the bytes, continuing from `seed` (a CRC returned earlier; 0 to start). */
export const crc32c = makeCrc(0x82f63b78);
