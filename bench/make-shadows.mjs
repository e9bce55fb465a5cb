/**
 * A volume with shadow copies large enough that reading their lists is what a tool does most of its time.
 *
 *     node bench/make-shadows.mjs v1.raw v2.raw OUT
 *
 * The volume is that of v2.raw; behind its file system lie the volume of v1.raw, sparse, and COPIES stores, each of which says
 * of every block, in an order of its own (seeded), that its bytes are those of v1. So every copy is the volume of v1.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';

const [before, now, out] = process.argv.slice(2);
const COPIES = 8;
const VOLUME_OFFSET = 1048576;
const BLOCK = 0x4000;
const HEADER = 0x80;
const DESCRIPTOR = 32;
const PER_LIST = (BLOCK - HEADER) / DESCRIPTOR;
const GUID = [0x6b, 0x87, 0x08, 0x38, 0x76, 0xc1, 0x48, 0x4e, 0xb7, 0xae, 0x04, 0x04, 0x6e, 0x6c, 0xc7, 0x52];

const source = openSync(now, 'r');
const boot = Buffer.alloc(512);
readSync(source, boot, 0, 512, VOLUME_OFFSET);
closeSync(source);
const sectors = Number(boot.readBigUInt64LE(40)) + 1;
const blocks = Math.ceil((sectors * 512) / BLOCK);
const size = blocks * BLOCK;
if (statSync(before).size < VOLUME_OFFSET + sectors * 512)
  throw new Error(`${before} is smaller than the volume in ${now}`);

/** dd leaves holes where it reads zeros. */
function put(from, seek) {
  const to = `${out}.part`;
  const dd = [`if=${from}`, `of=${to}`, 'bs=16K', `skip=${VOLUME_OFFSET / BLOCK}`, `seek=${seek}`, `count=${blocks}`];
  execFileSync('dd', [...dd, 'conv=sparse,notrunc', 'status=none']);
}
put(now, 0);
put(before, blocks);

const target = openSync(`${out}.part`, 'r+');
const put64 = (bytes, at, value) => bytes.writeBigUInt64LE(BigInt(value), at);

function record(at, type, relative, next) {
  const bytes = Buffer.alloc(BLOCK);
  bytes.set(GUID);
  bytes.writeUInt32LE(1, 0x10);
  bytes.writeUInt32LE(type, 0x14);
  put64(bytes, 0x18, relative * BLOCK);
  put64(bytes, 0x20, at);
  put64(bytes, 0x28, next);
  return bytes;
}
const write = (bytes, at) => writeSync(target, bytes, 0, bytes.length, at);
const storeGuid = (index) => [index + 1, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x11, 1, 2, 3, 4, 5, 6, 7, 8];

let state = 20_240_728;
function below(limit) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
}

const catalogAt = 2 * size;
let next = catalogAt + BLOCK;
const take = () => {
  next += BLOCK;
  return next - BLOCK;
};
const catalog = record(catalogAt, 2, 0, 0);
const bitmaps = Math.ceil(blocks / ((BLOCK - HEADER) * 8));
const order = Uint32Array.from({ length: blocks }, (_, block) => block);

for (let index = 0; index < COPIES; index++) {
  const [header, ranges] = [take(), take()];
  const bitmap = next;
  for (let part = 0; part < bitmaps; part++) {
    const at = take();
    write(record(at, 6, 2 + part, part + 1 < bitmaps ? next : 0), at); // no block was unallocated
  }
  const first = next;
  for (let i = blocks - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  for (let start = 0; start < blocks; start += PER_LIST) {
    const at = take();
    const list = record(at, 3, 3 + start / PER_LIST, start + PER_LIST < blocks ? next : 0);
    for (let place = 0; place < Math.min(PER_LIST, blocks - start); place++) {
      const block = order[start + place];
      put64(list, HEADER + DESCRIPTOR * place, block * BLOCK);
      put64(list, HEADER + DESCRIPTOR * place + 16, size + block * BLOCK);
    }
    write(list, at);
  }
  const info = record(header, 4, 0, 0);
  put64(info, 0x30, 200);
  info.set([0xc0, index], 0x80 + 16);
  info.set([0x5e, index], 0x80 + 32);
  info.writeUInt32LE(0x19, 0x80 + 48);
  info.writeUInt32LE(0x2_0019, 0x80 + 56);
  for (const at of [0x80 + 64, 0x80 + 74]) {
    info.writeUInt16LE(8, at);
    info.write('dpm1', at + 2, 'utf16le');
  }
  write(info, header);
  write(record(ranges, 5, 1, 0), ranges);

  const copyAt = HEADER + 256 * index;
  put64(catalog, copyAt, 2);
  put64(catalog, copyAt + 8, size);
  catalog.set(storeGuid(index), copyAt + 16);
  put64(catalog, copyAt + 32, index + 1);
  put64(catalog, copyAt + 40, 0x40);
  catalog.writeBigUInt64LE(130_000_000_000_000_000n + BigInt(index) * 36_000_000_000n, copyAt + 48);
  const placeAt = copyAt + 128;
  put64(catalog, placeAt, 3);
  put64(catalog, placeAt + 8, first);
  catalog.set(storeGuid(index), placeAt + 16);
  put64(catalog, placeAt + 32, header);
  put64(catalog, placeAt + 40, ranges);
  put64(catalog, placeAt + 48, bitmap);
  put64(catalog, placeAt + 64, BLOCK);
}
write(catalog, catalogAt);

const head = Buffer.alloc(512);
head.set(GUID);
head.writeUInt32LE(2, 0x10);
head.writeUInt32LE(1, 0x14);
put64(head, 0x18, 0x1e00);
put64(head, 0x20, 0x1e00);
put64(head, 0x30, catalogAt);
head.fill(9, 0x40, 0x44).fill(9, 0x50, 0x54);
write(head, 0x1e00);
closeSync(target);
renameSync(`${out}.part`, out);
