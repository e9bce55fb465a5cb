/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), slice-by-8. VHDX protects headers, region tables and log
 * entries with it: at most a few MiB per open, so plain JavaScript (about 1 GB/s) is enough.
 */

const TABLE = buildTables();

function buildTables(): Uint32Array {
  const table = new Uint32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    table[n] = value >>> 0;
  }
  for (let slice = 1; slice < 8; slice++) {
    for (let n = 0; n < 256; n++) {
      const below = table[(slice - 1) * 256 + n]!;
      table[slice * 256 + n] = ((below >>> 8) ^ table[below & 0xff]!) >>> 0;
    }
  }
  return table;
}

/** CRC-32C of the bytes, continuing from `seed` (a CRC returned earlier; 0 to start). */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const t = TABLE;
  let crc = ~seed;
  let i = 0;
  const end = bytes.length - 7;
  for (; i < end; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      t[0x700 + (low & 0xff)]! ^
      t[0x600 + ((low >>> 8) & 0xff)]! ^
      t[0x500 + ((low >>> 16) & 0xff)]! ^
      t[0x400 + (low >>> 24)]! ^
      t[0x300 + bytes[i + 4]!]! ^
      t[0x200 + bytes[i + 5]!]! ^
      t[0x100 + bytes[i + 6]!]! ^
      t[bytes[i + 7]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 0xff]!;
  return ~crc >>> 0;
}
