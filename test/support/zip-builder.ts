/** A small zip writer (stored and deflated members, UTF-8 names); knows nothing of the reader it tests. */

import { crc32, deflateRawSync } from 'node:zlib';

export type ZipInput = {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  readonly encrypted?: boolean;
  /** Claimed instead of the one that the bytes are packed by. */
  readonly method?: number;
};

export function buildZip(inputs: readonly ZipInput[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const input of inputs) {
    const name = Buffer.from(input.path);
    const plain = input.deflate ? deflateRawSync(input.bytes) : Buffer.from(input.bytes);
    const data = input.encrypted ? Buffer.concat([Buffer.alloc(12), plain]) : plain; // the cipher's header, no real cipher
    const fields = (view: DataView, at: number): void => {
      view.setUint16(at, 20, true);
      view.setUint16(at + 2, 0x800 | (input.encrypted ? 1 : 0), true);
      view.setUint16(at + 4, input.method ?? (input.deflate ? 8 : 0), true);
      view.setUint16(at + 6, 0x5000, true); // 10:00:00
      view.setUint16(at + 8, 0x58fd, true); // 2024-07-29
      view.setUint32(at + 10, crc32(Buffer.from(input.bytes)), true);
      view.setUint32(at + 14, data.length, true);
      view.setUint32(at + 18, input.bytes.length, true);
      view.setUint16(at + 22, name.length, true);
    };
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    fields(local, 4);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint16(4, 20, true);
    fields(entry, 6);
    entry.setUint32(42, offset, true);
    parts.push(new Uint8Array(local.buffer), name, data);
    central.push(new Uint8Array(entry.buffer), name);
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, inputs.length, true);
  end.setUint16(10, inputs.length, true);
  end.setUint32(12, directory.length, true);
  end.setUint32(16, offset, true);
  return Buffer.concat([...parts, directory, new Uint8Array(end.buffer)]);
}
