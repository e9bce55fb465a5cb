/** CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320), which GPT uses: the platform's own. */

import { crc32 as zlibCrc32 } from 'node:zlib';

/** CRC-32 of the bytes, continuing from `seed` (a CRC returned earlier; 0 to start). */
export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlibCrc32(bytes, seed);
}
