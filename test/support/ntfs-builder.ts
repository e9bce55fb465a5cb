/**
 * Writes small NTFS volumes from the format's description alone, to put into them what no tool writes: hostile names,
 * odd run lists, compressed units of every kind. It shares nothing with the reader.
 */

type Run = readonly [lcn: number | null, length: number];

export type NonResident = {
  readonly runs: readonly Run[];
  readonly dataSize?: number;
  readonly initialisedSize?: number;
  readonly allocatedSize?: number;
  readonly flags?: number;
  readonly unit?: number;
  readonly name?: string;
  readonly startVcn?: number;
  readonly lastVcn?: number;
  readonly id?: number;
  /** Instead of the encoding of `runs`. */
  readonly rawRuns?: Uint8Array;
};

export type FileSpec = {
  readonly name: string;
  readonly namespace?: number;
  /** Further names: hard links and short names. */
  readonly links?: readonly { readonly name: string; readonly parent: number; readonly namespace?: number }[];
  readonly parent?: number;
  readonly directory?: boolean;
  readonly attributes?: readonly Uint8Array[];
  /** Resident unnamed data. */
  readonly content?: string | Uint8Array;
  /** FILE_ATTRIBUTE_* bits. */
  readonly dosAttributes?: number;
  readonly reparse?: Uint8Array;
  /** Leaves the names out of their directories. */
  readonly unlisted?: boolean;
};

type Built = { readonly spec: FileSpec; readonly number: number };
type Key = { readonly number: number; readonly name: Uint8Array; readonly text: string };

const TIME = 132_000_000_000_000_000n;

export function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) new DataView(bytes.buffer).setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

function pad(bytes: Uint8Array, unit: number): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / unit) * unit);
  padded.set(bytes);
  return padded;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A resident attribute. */
export function resident(type: number, value: Uint8Array, name = '', id = 0, flags = 0): Uint8Array {
  const nameEnd = 24 + name.length * 2;
  const valueOffset = Math.ceil(nameEnd / 8) * 8;
  const bytes = new Uint8Array(Math.ceil((valueOffset + value.length) / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  view.setUint8(9, name.length);
  view.setUint16(10, 24, true);
  view.setUint16(12, flags, true);
  view.setUint16(14, id, true);
  view.setUint32(16, value.length, true);
  view.setUint16(20, valueOffset, true);
  bytes.set(utf16(name), 24);
  bytes.set(value, valueOffset);
  return bytes;
}

function minimalBytes(value: bigint, signed: boolean): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    bytes.push(Number(rest & 0xffn));
    rest >>= 8n;
    const top = bytes.at(-1)! >= 0x80;
    if (rest === 0n && !(signed && top)) return bytes;
    if (rest === -1n && signed && top) return bytes;
  }
}

function encodeRuns(runs: readonly Run[]): Uint8Array {
  const bytes: number[] = [];
  let previous = 0;
  for (const [lcn, length] of runs) {
    const size = minimalBytes(BigInt(length), false);
    const distance = lcn === null ? [] : minimalBytes(BigInt(lcn - previous), true);
    bytes.push((distance.length << 4) | size.length, ...size, ...distance);
    if (lcn !== null) previous = lcn;
  }
  return Uint8Array.from([...bytes, 0]);
}

/** A non-resident attribute; sizes default to what the runs cover. */
export function nonResident(type: number, clusterSize: number, spec: NonResident): Uint8Array {
  const { name = '', startVcn = 0, flags = 0 } = spec;
  const clusters = spec.runs.reduce((sum, [, length]) => sum + length, 0);
  const wide = (flags & 0x80ff) !== 0 && startVcn === 0;
  const head = wide ? 72 : 64;
  const runsOffset = Math.ceil((head + name.length * 2) / 8) * 8;
  const runs = spec.rawRuns ?? encodeRuns(spec.runs);
  const bytes = new Uint8Array(Math.ceil((runsOffset + runs.length) / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  view.setUint8(8, 1);
  view.setUint8(9, name.length);
  view.setUint16(10, head, true);
  view.setUint16(12, flags, true);
  view.setUint16(14, spec.id ?? 0, true);
  view.setBigUint64(16, BigInt(startVcn), true);
  view.setBigInt64(24, BigInt(spec.lastVcn ?? startVcn + clusters - 1), true);
  view.setUint16(32, runsOffset, true);
  view.setUint16(34, spec.unit ?? 0, true);
  if (startVcn === 0) {
    const dataSize = spec.dataSize ?? clusters * clusterSize;
    view.setBigUint64(40, BigInt(spec.allocatedSize ?? clusters * clusterSize), true);
    view.setBigUint64(48, BigInt(dataSize), true);
    view.setBigUint64(56, BigInt(spec.initialisedSize ?? dataSize), true);
  }
  bytes.set(utf16(name), head);
  bytes.set(runs, runsOffset);
  return bytes;
}

export type ListEntry = {
  readonly type: number;
  readonly record: number;
  readonly sequence?: number;
  readonly startVcn?: number;
  readonly id?: number;
  readonly name?: string;
};

export function attributeList(entries: readonly ListEntry[]): Uint8Array {
  return concat(
    ...entries.map((entry) => {
      const name = entry.name ?? '';
      const bytes = new Uint8Array(Math.ceil((26 + name.length * 2) / 8) * 8);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, entry.type, true);
      view.setUint16(4, bytes.length, true);
      view.setUint8(6, name.length);
      view.setUint8(7, 26);
      view.setBigUint64(8, BigInt(entry.startVcn ?? 0), true);
      view.setBigUint64(16, BigInt(entry.record) | (BigInt(entry.sequence ?? 1) << 48n), true);
      view.setUint16(24, entry.id ?? 0, true);
      bytes.set(utf16(name), 26);
      return bytes;
    }),
  );
}

export function reparsePoint(tag: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length);
  new DataView(bytes.buffer).setUint32(0, tag, true);
  new DataView(bytes.buffer).setUint16(4, data.length, true);
  bytes.set(data, 8);
  return bytes;
}

/** Reparse data of a symlink (12-byte head) or junction (8). */
export function linkData(target: string, head: 8 | 12): Uint8Array {
  const bytes = new Uint8Array(head + target.length * 2);
  new DataView(bytes.buffer).setUint16(2, target.length * 2, true);
  bytes.set(utf16(target), head);
  return bytes;
}

function standardInformation(dosAttributes: number): Uint8Array {
  const bytes = new Uint8Array(72);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, TIME + BigInt(i) * 10_000_000n, true);
  view.setUint32(32, dosAttributes, true);
  return bytes;
}

export function fileName(name: string, parent: number, namespace: number, directory: boolean): Uint8Array {
  const bytes = new Uint8Array(66 + name.length * 2);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(parent) | (sequenceOf(parent) << 48n), true);
  view.setUint32(56, directory ? 0x1000_0000 : 0x20, true);
  view.setUint8(64, name.length);
  view.setUint8(65, namespace);
  bytes.set(utf16(name), 66);
  return bytes;
}

function sequenceOf(record: number): bigint {
  return record > 0 && record < 16 ? BigInt(record) : 1n;
}

export class NtfsBuilder {
  readonly clusterSize: number;
  readonly recordSize: number;
  readonly indexBlockSize = 4096;
  readonly image: Uint8Array;
  readonly #files: Built[] = [];
  readonly #extensions: {
    readonly number: number;
    readonly base: number;
    readonly attributes: readonly Uint8Array[];
  }[] = [];
  #nextCluster: number;
  #nextRecord = 24;
  readonly mftLcn: number;
  readonly mirrorLcn: number;
  readonly #records: number;
  readonly #ofRoot: readonly Uint8Array[];

  constructor(
    options: {
      clusterSize?: number;
      recordSize?: number;
      clusters?: number;
      records?: number;
      /** Attributes of the root directory besides its own. */
      ofRoot?: readonly Uint8Array[];
    } = {},
  ) {
    this.#ofRoot = options.ofRoot ?? [];
    this.clusterSize = options.clusterSize ?? 4096;
    this.recordSize = options.recordSize ?? 1024;
    this.#records = options.records ?? 64;
    this.image = new Uint8Array((options.clusters ?? 512) * this.clusterSize + 512);
    this.mftLcn = Math.ceil(8192 / this.clusterSize);
    this.mirrorLcn = this.mftLcn + this.#clusters(this.#records * this.recordSize);
    this.#nextCluster = this.mirrorLcn + this.#clusters(4 * this.recordSize);
  }

  #clusters(bytes: number): number {
    return Math.ceil(bytes / this.clusterSize);
  }

  /** Writes bytes into free clusters; returns the first. */
  store(bytes: Uint8Array): number {
    const lcn = this.#nextCluster;
    this.#nextCluster += Math.max(1, this.#clusters(bytes.length));
    this.image.set(bytes, lcn * this.clusterSize);
    return lcn;
  }

  /** A record number for later use. */
  reserve(): number {
    return this.#nextRecord++;
  }

  add(spec: FileSpec, number = this.reserve()): number {
    this.#files.push({ spec, number });
    return number;
  }

  addExtension(base: number, attributes: readonly Uint8Array[], number = this.reserve()): number {
    this.#extensions.push({ number, base, attributes });
    return number;
  }

  offsetOf(record: number): number {
    return this.mftLcn * this.clusterSize + record * this.recordSize;
  }

  /** Finishes the volume. */
  build(): Uint8Array {
    const upcase = new Uint8Array(131_072);
    const view = new DataView(upcase.buffer);
    for (let u = 0; u < 65_536; u++) view.setUint16(2 * u, u >= 0x61 && u <= 0x7a ? u - 32 : u, true);
    const upcaseLcn = this.store(upcase);
    const logLcn = this.store(new Uint8Array(8192).fill(0xff));
    const data = (lcn: number, size: number) =>
      nonResident(0x80, this.clusterSize, { runs: [[lcn, this.#clusters(size)]], dataSize: size });
    const system: readonly [number, string, readonly Uint8Array[]][] = [
      [0, '$MFT', [data(this.mftLcn, this.#records * this.recordSize), resident(0xb0, this.#bitmap())]],
      [1, '$MFTMirr', [data(this.mirrorLcn, 4 * this.recordSize)]],
      [2, '$LogFile', [data(logLcn, 8192)]],
      [
        3,
        '$Volume',
        [resident(0x60, utf16('built')), resident(0x70, Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0]))],
      ],
      [10, '$UpCase', [data(upcaseLcn, 131_072)]],
    ];
    for (const [number, name, attributes] of system) this.#files.push({ number, spec: { name, attributes } });
    this.#files.push({ number: 5, spec: { name: '.', directory: true, namespace: 3, attributes: this.#ofRoot } });
    for (const { number, spec } of this.#files) this.#writeFile(number, spec);
    for (const { number, base, attributes } of this.#extensions)
      this.writeRecord(number, attributes, { base, directory: false });
    const mirror = this.image.slice(this.offsetOf(0), this.offsetOf(4));
    this.image.set(mirror, this.mirrorLcn * this.clusterSize);
    this.#writeBoot();
    return this.image;
  }

  /** Which records are in use: those of the file system, and what was added. */
  #bitmap(): Uint8Array {
    const bits = new Uint8Array(Math.ceil(this.#records / 64) * 8);
    const used = [...this.#files, ...this.#extensions].map(({ number }) => number);
    for (const number of [...Array(16).keys(), ...used]) bits[number >> 3]! |= 1 << (number & 7);
    return bits;
  }

  #writeFile(number: number, spec: FileSpec): void {
    const { namespace = 1, parent = 5, directory = false } = spec;
    const names = [{ name: spec.name, parent, namespace }, ...(spec.links ?? [])];
    const attributes = [
      resident(0x10, standardInformation(spec.dosAttributes ?? 0x20)),
      ...names.map((link, i) =>
        resident(0x30, fileName(link.name, link.parent, link.namespace ?? 1, directory), '', 10 + i),
      ),
    ];
    if (spec.content !== undefined) {
      const content = typeof spec.content === 'string' ? new TextEncoder().encode(spec.content) : spec.content;
      attributes.push(resident(0x80, content));
    }
    attributes.push(...(spec.attributes ?? []));
    if (directory) attributes.push(...this.#index(number));
    if (spec.reparse !== undefined) attributes.push(resident(0xc0, spec.reparse));
    this.writeRecord(number, attributes, { base: 0, directory });
  }

  /** Writes a record with fixups over whatever is there. */
  writeRecord(number: number, attributes: readonly Uint8Array[], options: { base: number; directory: boolean }): void {
    const record = new Uint8Array(this.recordSize);
    const view = new DataView(record.buffer);
    const strides = this.recordSize / 512;
    const first = Math.ceil((0x30 + 2 * (strides + 1)) / 8) * 8;
    const body = concat(
      ...[...attributes].sort(
        (a, b) =>
          new DataView(a.buffer, a.byteOffset).getUint32(0, true) -
          new DataView(b.buffer, b.byteOffset).getUint32(0, true),
      ),
    );
    if (first + body.length + 8 > this.recordSize)
      throw new Error(`record ${number} does not hold ${body.length} bytes`);
    record.set(Buffer.from('FILE'));
    view.setUint16(4, 0x30, true);
    view.setUint16(6, strides + 1, true);
    view.setBigUint64(16, sequenceOf(number), true);
    view.setUint16(18, 1, true);
    view.setUint16(20, first, true);
    view.setUint16(22, options.directory ? 3 : 1, true);
    view.setUint32(24, first + body.length + 8, true);
    view.setUint32(28, this.recordSize, true);
    view.setBigUint64(32, options.base === 0 ? 0n : BigInt(options.base) | (sequenceOf(options.base) << 48n), true);
    view.setUint32(44, number, true);
    record.set(body, first);
    view.setUint32(first + body.length, 0xffff_ffff, true);
    protect(record, 0x30);
    this.image.set(record, this.offsetOf(number));
  }

  #index(directory: number): Uint8Array[] {
    const keys: Key[] = [];
    for (const { spec, number } of this.#files) {
      if (spec.unlisted) continue;
      const { namespace = 1, parent = 5, directory: isDirectory = false } = spec;
      for (const link of [{ name: spec.name, parent, namespace }, ...(spec.links ?? [])]) {
        if (link.parent !== directory) continue;
        keys.push({
          number,
          text: link.name,
          name: fileName(link.name, link.parent, link.namespace ?? 1, isDirectory),
        });
      }
    }
    keys.sort((a, b) => compare(upper(a.text), upper(b.text)) || compare(a.text, b.text));
    const entries = keys.map((key) => indexEntry(key, null));
    const size = entries.reduce((sum, entry) => sum + entry.length, 0);
    if (size <= this.recordSize / 4) return [this.#indexRoot(concat(...entries, lastEntry(null)), false)];
    return this.#twoLevels(keys);
  }

  /** Leaves of at most half a block, their separators in the root. */
  #twoLevels(keys: readonly Key[]): Uint8Array[] {
    const unit = this.clusterSize <= this.indexBlockSize ? this.clusterSize : 512;
    const blocks: Uint8Array[] = [];
    const separators: Uint8Array[] = [];
    let leaf: Uint8Array[] = [];
    let size = 0;
    const flush = (): number => {
      const vcn = (blocks.length * this.indexBlockSize) / unit;
      blocks.push(this.#indexBlock(vcn, concat(...leaf, lastEntry(null))));
      leaf = [];
      size = 0;
      return vcn;
    };
    for (const key of keys) {
      const entry = indexEntry(key, null);
      if (size + entry.length > 3500) separators.push(indexEntry(key, flush()));
      else {
        leaf.push(entry);
        size += entry.length;
      }
    }
    const root = concat(...separators, lastEntry(flush()));
    const bytes = concat(...blocks);
    const lcn = this.store(bytes);
    const allocation = nonResident(0xa0, this.clusterSize, {
      name: '$I30',
      runs: [[lcn, this.#clusters(bytes.length)]],
      dataSize: bytes.length,
    });
    return [this.#indexRoot(root, true), allocation];
  }

  #indexRoot(entries: Uint8Array, hasChildren: boolean): Uint8Array {
    const value = new Uint8Array(32 + entries.length);
    const view = new DataView(value.buffer);
    view.setUint32(0, 0x30, true);
    view.setUint32(4, 1, true);
    view.setUint32(8, this.indexBlockSize, true);
    view.setUint8(12, 1);
    setHeader(view, 16, 16, 16 + entries.length, 16 + entries.length, hasChildren);
    value.set(entries, 32);
    return resident(0x90, value, '$I30');
  }

  #indexBlock(vcn: number, entries: Uint8Array): Uint8Array {
    const block = new Uint8Array(this.indexBlockSize);
    const view = new DataView(block.buffer);
    block.set(Buffer.from('INDX'));
    view.setUint16(4, 0x28, true);
    view.setUint16(6, 9, true);
    view.setBigUint64(16, BigInt(vcn), true);
    setHeader(view, 24, 0x28, 0x28 + entries.length, this.indexBlockSize - 24, false);
    block.set(entries, 64);
    protect(block, 0x28);
    return block;
  }

  #writeBoot(): void {
    const boot = new Uint8Array(512);
    const view = new DataView(boot.buffer);
    const log = (size: number) => (size >= this.clusterSize ? size / this.clusterSize : 256 - Math.log2(size));
    boot.set([0xeb, 0x52, 0x90]);
    boot.set(Buffer.from('NTFS    '), 3);
    view.setUint16(11, 512, true);
    const sectors = this.clusterSize / 512;
    view.setUint8(13, sectors <= 128 ? sectors : 256 - Math.log2(sectors));
    view.setUint8(21, 0xf8);
    view.setBigUint64(40, BigInt((this.image.length - 512) / 512), true);
    view.setBigUint64(48, BigInt(this.mftLcn), true);
    view.setBigUint64(56, BigInt(this.mirrorLcn), true);
    view.setUint8(64, log(this.recordSize));
    view.setUint8(68, log(this.indexBlockSize));
    view.setBigUint64(72, 0x1122_3344_5566_7788n, true);
    view.setUint16(510, 0xaa55, true);
    this.image.set(boot, 0);
    this.image.set(boot, this.image.length - 512);
  }
}

function upper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function setHeader(view: DataView, at: number, first: number, end: number, allocated: number, children: boolean): void {
  view.setUint32(at, first, true);
  view.setUint32(at + 4, end, true);
  view.setUint32(at + 8, allocated, true);
  view.setUint32(at + 12, children ? 1 : 0, true);
}

function indexEntry(key: Key, child: number | null): Uint8Array {
  const body = Math.ceil((16 + key.name.length) / 8) * 8;
  const bytes = new Uint8Array(body + (child === null ? 0 : 8));
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(key.number) | (sequenceOf(key.number) << 48n), true);
  view.setUint16(8, bytes.length, true);
  view.setUint16(10, key.name.length, true);
  view.setUint16(12, child === null ? 0 : 1, true);
  bytes.set(key.name, 16);
  if (child !== null) view.setBigUint64(body, BigInt(child), true);
  return bytes;
}

function lastEntry(child: number | null): Uint8Array {
  const bytes = new Uint8Array(child === null ? 16 : 24);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, bytes.length, true);
  view.setUint16(12, child === null ? 2 : 3, true);
  if (child !== null) view.setBigUint64(16, BigInt(child), true);
  return bytes;
}

/** Puts the fixups of a record or block in place. */
export function protect(bytes: Uint8Array, array: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(array, 0x1234, true);
  for (let stride = 1; stride <= bytes.length / 512; stride++) {
    view.setUint16(array + 2 * stride, view.getUint16(512 * stride - 2, true), true);
    view.setUint16(512 * stride - 2, 0x1234, true);
  }
}

export { pad };
