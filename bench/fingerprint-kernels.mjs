// Fingerprint kernels over blocks of 16, 64 and 256 KiB in page-aligned memory: GB/s of one thread, best of 5.
//   node bench/fingerprint-kernels.mjs
import { createHash, hash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const SIZE = 2 ** 26;
const memory = new Uint8Array(
  new WebAssembly.Memory({ initial: SIZE / 65536, maximum: SIZE / 65536, shared: true }).buffer,
);
for (let i = 0; i < SIZE; i += 4) new DataView(memory.buffer).setUint32(i, Math.imul(i, 0x9e3779b1) ^ (i >>> 7), true);

const xxh128 = await require('hash-wasm/dist/xxhash128.umd.min.js').createXXHash128();
const { loadFingerprinter, fingerprintBuffer } = await import('../dist/sidecar/fingerprint.js');
const fingerprint = await loadFingerprinter();
const digest = new Uint8Array(16);
const here = fingerprintBuffer();
here.set(memory.subarray(0, here.length));
const candidates = {
  'product, in place': (bytes) => {
    const at = bytes.byteOffset % here.length;
    fingerprint(here.subarray(at, at + bytes.length), digest, 0);
  },
  'product, with a copy': (bytes) => fingerprint(bytes, digest, 0),
  'hash-wasm xxh128': (bytes) => xxh128.init().update(bytes).digest('binary'),
  'sha1 (node:crypto)': typeof hash === 'function' ? (bytes) => hash('sha1', bytes, 'buffer') : null,
  'sha256 (node:crypto)': (bytes) =>
    typeof hash === 'function' ? hash('sha256', bytes, 'buffer') : createHash('sha256').update(bytes).digest(),
  'md5 (node:crypto)': (bytes) => createHash('md5').update(bytes).digest(),
  'blake2b512 (node:crypto)': (bytes) => createHash('blake2b512').update(bytes).digest(),
};
for (const [name, kernel] of Object.entries(candidates)) {
  if (kernel === null) continue;
  const row = [];
  for (const block of [16, 64, 256].map((k) => k * 1024)) {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 5; round++) {
      const start = performance.now();
      for (let at = 0; at < SIZE; at += block) kernel(memory.subarray(at, at + block));
      best = Math.min(best, performance.now() - start);
    }
    row.push((SIZE / best / 1e6).toFixed(2));
  }
  console.log(`${name.padEnd(26)} 16K ${row[0]}  64K ${row[1]}  256K ${row[2]} GB/s`);
}
