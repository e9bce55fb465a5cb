/** CRC-32C (Castagnoli), with which VHDX protects headers, region tables and log entries: a few MiB per open at most. */
/** CRC-32C of the bytes, continuing from `seed` (a CRC returned earlier; 0 to start). */
export declare const crc32c: import("./crc.ts").Crc;
