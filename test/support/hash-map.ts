/** SHA-256 of an address map, read in order. */

import { createHash } from 'node:crypto';
import type { AddressMap } from '../../src/map/address-map.ts';
import { readMap } from '../../src/map/read-map.ts';

export function sha256OfMap(map: AddressMap): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(1 << 20);
  for (let offset = 0; offset < map.size; offset += buffer.length) {
    hash.update(buffer.subarray(0, readMap(map, offset, buffer)));
  }
  return hash.digest('hex');
}
