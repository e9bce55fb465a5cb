/**
 * Huge volumes of which only the few sectors that matter are known: files named after their offset (`0xc0000000.bin`),
 * or lines of `offset,hex`. What is not known reads as zeros.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Piece = { readonly offset: number; readonly bytes: Uint8Array };

/** A file of any size in memory, given by its pieces. It has the shape that the reader asks of a file. */
export class SparseFile {
  readonly name: string;
  readonly size: number;
  readonly path = null;
  readonly identity: string;
  readonly #pieces: readonly Piece[];

  constructor(name: string, size: number, pieces: readonly Piece[]) {
    this.name = name;
    this.identity = `sparse:${name}`;
    this.size = size;
    this.#pieces = pieces;
  }

  read(offset: number, target: Uint8Array): number {
    const length = Math.max(0, Math.min(target.length, this.size - offset));
    target.fill(0, 0, length);
    for (const piece of this.#pieces) {
      const start = Math.max(offset, piece.offset);
      const end = Math.min(offset + length, piece.offset + piece.bytes.length);
      if (start < end) target.set(piece.bytes.subarray(start - piece.offset, end - piece.offset), start - offset);
    }
    return length;
  }

  close(): void {}
}

/** A folder of files named after their offsets. `size`: of the volume. */
export function sparseFolder(folder: string, size: number): SparseFile {
  const names = readdirSync(folder).filter((name) => /^0x[0-9a-f]+\.bin$/.test(name));
  const pieces = names.map((name) => ({
    offset: Number.parseInt(name, 16),
    bytes: new Uint8Array(readFileSync(join(folder, name))),
  }));
  return new SparseFile(folder, size, pieces);
}

/** Lines of `offset,hex`. */
export function sparseCsv(name: string, text: string, size: number): SparseFile {
  const pieces = text
    .split('\n')
    .filter((line) => line.includes(','))
    .map((line) => {
      const [offset, digits] = line.trim().split(',');
      return { offset: Number(offset), bytes: new Uint8Array(Buffer.from(digits!, 'hex')) };
    });
  return new SparseFile(name, size, pieces);
}

/** Lines of a `fls -r -p -l` listing, or of one without times: allocated entries with their stream. */
export type FlsEntry = { readonly type: string; readonly record: number; readonly path: string };

export function parseFls(text: string): FlsEntry[] {
  const entries: FlsEntry[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\S+) (\d+)(?:-\d+-\d+)?:\t([^\t]+)/.exec(line);
    if (match !== null) entries.push({ type: match[1]!, record: Number(match[2]), path: match[3]! });
  }
  return entries;
}
