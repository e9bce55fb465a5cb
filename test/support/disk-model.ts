/**
 * What a disk may hold after a cut: for each sector the value that was last flushed, and every one written since. A
 * sector's bytes say which write made them and where they belong, so that stale and misplaced ones are known.
 */

import type { AddressMap } from '../../src/map/address-map.ts';
import { extentsOf } from '../../src/map/extent.ts';
import { readMap } from '../../src/map/read-map.ts';

const PIECE = 2 ** 20;
const ZERO = 0;
const zeros = Buffer.alloc(PIECE);
const piece = Buffer.alloc(PIECE);

export class DiskModel {
  readonly size: number;
  readonly sectorSize: 512 | 4096;
  /** Values a sector may have, oldest first; the first one is durable. Sectors that are not here are zero. */
  readonly #values: Map<number, number[]>;
  readonly #open = new Set<number>();
  #sorted: number[] | null = null;
  #next: number;

  /** `base`: the disk this one starts as, or differs from. */
  constructor(size: number, sectorSize: 512 | 4096 = 512, base: DiskModel | null = null) {
    this.size = size;
    this.sectorSize = sectorSize;
    const inherited = base === null ? [] : [...base.#values];
    this.#values = new Map(inherited.map(([sector, values]) => [sector, [values.at(-1)!]]));
    this.#next = base === null ? 1 : base.#next;
  }

  /** The bytes of a write to these sectors; from now on they may be found. */
  write(sector: number, count: number): Uint8Array {
    const value = this.#next++;
    const bytes = new Uint8Array(count * this.sectorSize);
    for (let i = 0; i < count; i++) {
      this.#add(sector + i, value);
      bytes.set(sectorBytes(sector + i, value, this.sectorSize), i * this.sectorSize);
    }
    return bytes;
  }

  trim(sector: number, count: number): void {
    for (let i = 0; i < count; i++) if (this.#values.has(sector + i)) this.#add(sector + i, ZERO);
  }

  #add(sector: number, value: number): void {
    const values = this.#values.get(sector);
    if (values === undefined) {
      this.#values.set(sector, [ZERO, value]);
      this.#sorted = null;
    } else values.push(value);
    this.#open.add(sector);
  }

  /** Everything written so far is durable. */
  flushed(): void {
    for (const sector of this.#open) {
      const values = this.#values.get(sector)!;
      values.splice(0, values.length - 1);
    }
    this.#open.clear();
  }

  /** Sectors that were ever written. */
  get sectors(): readonly number[] {
    this.#sorted ??= [...this.#values.keys()].sort((a, b) => a - b);
    return this.#sorted;
  }

  /** The first sector of the map that holds what it must not, or null. `exactly`: only the last value is right. */
  findDifference(map: AddressMap, exactly = false): string | null {
    const { sectors } = this;
    let next = 0;
    const judge = (sector: number, found: number): string | null => {
      const values = this.#values.get(sector)!;
      if (exactly ? found === values.at(-1) : values.includes(found)) return null;
      return `sector ${sector}: found ${valueText(found)}, expected ${exactly ? values.at(-1) : values.join(' or ')}`;
    };
    for (const extent of extentsOf(map)) {
      const end = extent.offset + extent.length;
      if (extent.kind === 'zero') {
        for (; next < sectors.length && sectors[next]! * this.sectorSize < end; next++) {
          const wrong = judge(sectors[next]!, ZERO);
          if (wrong !== null) return wrong;
        }
        continue;
      }
      for (let at = extent.offset; at < end; at += PIECE) {
        const bytes = piece.subarray(0, Math.min(PIECE, end - at));
        readMap(map, at, bytes);
        for (; next < sectors.length && sectors[next]! * this.sectorSize < at + bytes.length; next++) {
          const from = sectors[next]! * this.sectorSize - at;
          const sector = bytes.subarray(from, from + this.sectorSize);
          const wrong = judge(sectors[next]!, writeOf(sectors[next]!, sector));
          if (wrong !== null) return wrong;
          sector.fill(0);
        }
        if (!zeros.subarray(0, bytes.length).equals(bytes)) {
          const wrong = bytes.findIndex((byte) => byte !== 0);
          return `byte ${at + wrong}: expected zero, as nobody wrote there`;
        }
      }
    }
    return null;
  }
}

function sectorBytes(sector: number, value: number, sectorSize: number): Uint8Array {
  const words = new Uint32Array(sectorSize / 4);
  for (let i = 0; i < words.length; i += 2) {
    words[i] = value;
    words[i + 1] = sector;
  }
  return new Uint8Array(words.buffer);
}

/** The value that these bytes of a sector carry; -1 for bytes that no write made for this sector. */
function writeOf(sector: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const value = view.getUint32(0, true);
  if (value === ZERO) return bytes.every((byte) => byte === 0) ? ZERO : -1;
  for (let at = 0; at < bytes.length; at += 8) {
    if (view.getUint32(at, true) !== value || view.getUint32(at + 4, true) !== sector) return -1;
  }
  return value;
}

function valueText(value: number): string {
  return value === -1 ? 'bytes that belong nowhere' : value === ZERO ? 'zeros' : `write ${value}`;
}
