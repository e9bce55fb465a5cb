/**
 * What a disk may hold after a cut: for each 512 bytes (what a device writes in one piece, whatever the disk's sectors)
 * the value that was last flushed, and every one written since. The bytes say which write made them and where they
 * belong, so that stale and misplaced ones are known.
 */

import type { AddressMap } from '../../src/map/address-map.ts';
import { extentsOf } from '../../src/map/extent.ts';
import { readMap } from '../../src/map/read-map.ts';

const PIECE = 2 ** 20;
const ZERO = 0;
const UNIT = 512;
const zeros = Buffer.alloc(PIECE);
const piece = new Uint8Array(PIECE);
const words = new Uint32Array(piece.buffer);

export class DiskModel {
  readonly size: number;
  readonly sectorSize: 512 | 4096;
  /** Values a unit may have, oldest first; the first one is durable. Units that are not here are zero. */
  readonly #values: Map<number, number[]>;
  readonly #open = new Set<number>();
  #sorted: number[] | null = null;
  #next: number;

  /** `base`: the disk this one starts as, or differs from. */
  constructor(size: number, sectorSize: 512 | 4096 = 512, base: DiskModel | null = null) {
    this.size = size;
    this.sectorSize = sectorSize;
    const inherited = base === null ? [] : [...base.#values].filter(([unit]) => unit * UNIT < size);
    this.#values = new Map(inherited.map(([sector, values]) => [sector, [values.at(-1)!]]));
    this.#next = base === null ? 1 : base.#next;
  }

  /** What this map holds, as far as writes of that model made it. */
  static of(map: AddressMap, other: DiskModel): DiskModel {
    const model = new DiskModel(map.size, other.sectorSize);
    model.#next = other.#next;
    for (const unit of other.#units) {
      readMap(map, unit * UNIT, piece.subarray(0, UNIT));
      model.#values.set(unit, [writeOf(unit, 0)]);
    }
    return model;
  }

  /** The bytes of a write to these sectors; from now on they may be found. */
  write(sector: number, count: number): Uint8Array {
    const value = this.#next++;
    const [first, units] = this.#unitsOf(sector, count);
    const words = new Uint32Array((units * UNIT) / 4);
    for (let i = 0; i < units; i++) {
      this.#add(first + i, value);
      for (let word = (i * UNIT) / 4; word < ((i + 1) * UNIT) / 4; word += 2) {
        words[word] = value;
        words[word + 1] = first + i;
      }
    }
    return new Uint8Array(words.buffer);
  }

  trim(sector: number, count: number): void {
    const [first, units] = this.#unitsOf(sector, count);
    for (let i = first; i < first + units; i++) if (this.#values.has(i)) this.#add(i, ZERO);
  }

  #unitsOf(sector: number, count: number): [first: number, count: number] {
    return [(sector * this.sectorSize) / UNIT, (count * this.sectorSize) / UNIT];
  }

  #add(unit: number, value: number): void {
    const values = this.#values.get(unit);
    if (values === undefined) {
      this.#values.set(unit, [ZERO, value]);
      this.#sorted = null;
    } else values.push(value);
    this.#open.add(unit);
  }

  /** Everything written so far is durable. */
  flushed(): void {
    for (const unit of this.#open) {
      const values = this.#values.get(unit)!;
      values.splice(0, values.length - 1);
    }
    this.#open.clear();
  }

  /** Units that were ever written, in order. */
  get #units(): readonly number[] {
    this.#sorted ??= [...this.#values.keys()].sort((a, b) => a - b);
    return this.#sorted;
  }

  /** A hash of what the units that were ever written hold in this map: equal for equal disks. */
  valuesOf(map: AddressMap): number {
    let hash = 0;
    this.#visit(map, (unit, value) => {
      hash = (Math.imul(hash, 0x01000193) ^ (value + Math.imul(unit, 0x9e3779b1))) | 0;
      return null;
    });
    return hash;
  }

  /** The first unit of the map that holds what it must not, or null. `exactly`: only the last value is right. */
  findDifference(map: AddressMap, exactly = false): string | null {
    return this.#visit(map, (unit, found) => {
      const values = this.#values.get(unit)!;
      if (exactly ? found === values.at(-1) : values.includes(found)) return null;
      return `sector ${unit} of 512: found ${valueText(found)}, expected ${exactly ? values.at(-1) : values.join(' or ')}`;
    });
  }

  /** Calls back with the value of each unit, until something is wrong with one, or with the zeros between them. */
  #visit(map: AddressMap, judge: (unit: number, found: number) => string | null): string | null {
    const units = this.#units;
    let next = 0;
    for (const extent of extentsOf(map)) {
      const end = extent.offset + extent.length;
      if (extent.kind === 'zero') {
        for (; next < units.length && units[next]! * UNIT < end; next++) {
          const wrong = judge(units[next]!, ZERO);
          if (wrong !== null) return wrong;
        }
        continue;
      }
      for (let at = extent.offset; at < end; at += PIECE) {
        const bytes = piece.subarray(0, Math.min(PIECE, end - at));
        readMap(map, at, bytes);
        for (; next < units.length && units[next]! * UNIT < at + bytes.length; next++) {
          const from = units[next]! * UNIT - at;
          const wrong = judge(units[next]!, writeOf(units[next]!, from));
          if (wrong !== null) return wrong;
          piece.fill(0, from, from + UNIT);
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

/** The write that made these bytes of the piece; -1 when none did for this unit. */
function writeOf(unit: number, from: number): number {
  const first = from / 4;
  const value = words[first]!;
  const second = value === ZERO ? 0 : unit;
  for (let i = first; i < first + UNIT / 4; i += 2) if (words[i] !== value || words[i + 1] !== second) return -1;
  return value;
}

function valueText(value: number): string {
  return value === -1 ? 'bytes that belong nowhere' : value === ZERO ? 'zeros' : `write ${value}`;
}
