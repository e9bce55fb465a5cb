/** A ByteFile in memory: the base of test doubles, and of small synthesised sources. */

import type { ByteFile } from './byte-file.ts';

let nextIdentity = 1;

export class MemoryFile implements ByteFile {
  readonly name: string;
  readonly path = null;
  readonly identity = `memory:${nextIdentity++}`;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, name = 'memory') {
    this.bytes = bytes;
    this.name = name;
  }

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, target: Uint8Array): number {
    const part = this.bytes.subarray(offset, offset + target.length);
    target.set(part);
    return part.length;
  }

  close(): void {}
}
