/**
 * VHD files made from the public specification; shares nothing with src. Content is given sector by sector so that a test
 * knows what every byte must read as.
 */

export type VhdSpec = {
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  /** Bytes of the virtual disk. */
  readonly size: number;
  readonly blockSize?: number;
  /** Sector number -> fill byte. Sectors that are absent are clear in the bitmap (or zero in a fixed disk). */
  readonly sectors: ReadonlyMap<number, number>;
  /** Order of the blocks in the file; as numbered unless given. */
  readonly blockOrder?: readonly number[];
  readonly uniqueId?: string;
  readonly parentId?: string;
  readonly parentName?: string;
  /** Platform code -> text (UTF-16LE for W2xx, UTF-8 otherwise). */
  readonly locators?: readonly (readonly [string, string])[];
  readonly maxTableEntries?: number;
};

const SECTOR = 512;

export function buildVhd(spec: VhdSpec): Buffer {
  const footer = buildFooter(spec);
  if (spec.type === 'fixed') {
    const payload = Buffer.alloc(spec.size);
    for (const [sector, fill] of spec.sectors) payload.fill(fill, sector * SECTOR, (sector + 1) * SECTOR);
    return Buffer.concat([payload, footer]);
  }
  const blockSize = spec.blockSize ?? 2 ** 21;
  const blocks = Math.ceil(spec.size / blockSize);
  const entries = spec.maxTableEntries ?? blocks;
  const bat = Buffer.alloc(roundUp(4 * entries), 0xff);
  const texts = (spec.locators ?? []).map(([code, text]) =>
    Buffer.from(text, code.startsWith('W2') ? 'utf16le' : 'utf8'),
  );
  const textSize = texts.reduce((sum, text) => sum + roundUp(text.length), 0);
  const header = buildHeader(spec, blockSize, entries, texts, SECTOR + 1024 + bat.length);
  const parts: Buffer[] = [footer, header, bat];
  for (const text of texts) parts.push(padded(text));
  let at = SECTOR + 1024 + bat.length + textSize;
  for (const index of spec.blockOrder ?? Array.from({ length: blocks }, (_, i) => i)) {
    const block = buildBlock(spec, blockSize, index);
    if (block === null) continue;
    bat.writeUInt32BE(at / SECTOR, 4 * index);
    parts.push(block);
    at += block.length;
  }
  return Buffer.concat([...parts, footer]);
}

function buildBlock(spec: VhdSpec, blockSize: number, index: number): Buffer | null {
  const count = blockSize / SECTOR;
  const bitmap = Buffer.alloc(roundUp(Math.ceil(count / 8)));
  const payload = Buffer.alloc(blockSize);
  let used = false;
  for (let i = 0; i < count; i++) {
    const fill = spec.sectors.get(index * count + i);
    if (fill === undefined)
      payload.fill(0xdd, i * SECTOR, (i + 1) * SECTOR); // must never be seen
    else {
      used = true;
      bitmap[i >> 3]! |= 0x80 >> (i & 7);
      payload.fill(fill, i * SECTOR, (i + 1) * SECTOR);
    }
  }
  return used ? Buffer.concat([bitmap, payload]) : null;
}

function buildFooter(spec: VhdSpec): Buffer {
  const footer = Buffer.alloc(SECTOR);
  footer.write('conectix', 0, 'latin1');
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x10000, 12);
  footer.writeBigUInt64BE(spec.type === 'fixed' ? 0xffff_ffff_ffff_ffffn : 512n, 16);
  footer.writeUInt32BE(700_000_000, 24);
  footer.write('test', 28, 'latin1');
  footer.write('Wi2k', 36, 'latin1');
  footer.writeBigUInt64BE(BigInt(spec.size), 40);
  footer.writeBigUInt64BE(BigInt(spec.size), 48);
  footer.writeUInt32BE({ fixed: 2, dynamic: 3, differencing: 4 }[spec.type], 60);
  Buffer.from(spec.uniqueId ?? '0102030405060708090a0b0c0d0e0f10', 'hex').copy(footer, 68);
  sealVhd(footer, 64);
  return footer;
}

function buildHeader(
  spec: VhdSpec,
  blockSize: number,
  entries: number,
  texts: readonly Buffer[],
  textAt: number,
): Buffer {
  const header = Buffer.alloc(1024);
  header.write('cxsparse', 0, 'latin1');
  header.fill(0xff, 8, 16);
  header.writeBigUInt64BE(512n + 1024n, 16);
  header.writeUInt32BE(0x10000, 24);
  header.writeUInt32BE(entries, 28);
  header.writeUInt32BE(blockSize, 32);
  Buffer.from(spec.parentId ?? '00'.repeat(16), 'hex').copy(header, 40);
  Buffer.from(spec.parentName ?? '', 'utf16le')
    .swap16()
    .copy(header, 64);
  let at = textAt;
  texts.forEach((text, i) => {
    const entry = 576 + 24 * i;
    header.write(spec.locators![i]![0], entry, 'latin1');
    header.writeUInt32BE(roundUp(text.length), entry + 4);
    header.writeUInt32BE(text.length, entry + 8);
    header.writeBigUInt64BE(BigInt(at), entry + 16);
    at += roundUp(text.length);
  });
  sealVhd(header, 36);
  return header;
}

/** Makes the checksum of a footer (field at 64) or dynamic header (36) fit again after a change. */
export function sealVhd(bytes: Buffer, field: number): void {
  bytes.writeUInt32BE(0, field);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.writeUInt32BE(~sum >>> 0, field);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / SECTOR) * SECTOR;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(roundUp(bytes.length) - bytes.length)]);
}
