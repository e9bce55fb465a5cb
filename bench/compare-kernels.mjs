/**
 * Kernels that tell where two buffers differ, GB/s of one thread (bytes of one side), 1 MiB at a time in page-aligned
 * memory, by how many of 2048 sectors differ. `product` is what src/copy/compare-sectors.ts does.
 *
 *     node bench/compare-kernels.mjs
 */

const PIECE = 2 ** 20;
const SECTOR = 512;
const UNIT = 64 * 1024;
const ROUNDS = 400;

const { SectorComparer } = await import('../dist/copy/compare-sectors.js');
const comparer = new SectorComparer(PIECE);
const { left: a, right: b, bitmap } = comparer;
const [wordsA, wordsB] = [a, b].map((bytes) => new Int32Array(bytes.buffer, bytes.byteOffset, PIECE / 4));

function words(sector) {
  const end = (sector + 1) * (SECTOR / 4);
  let word = sector * (SECTOR / 4);
  while (word < end && wordsA[word] === wordsB[word]) word++;
  return word < end;
}
const memcmp = (from, length) => Buffer.compare(a.subarray(from, from + length), b.subarray(from, from + length)) !== 0;

/** Sectors that differ, found in two steps: units of 64 KiB, then the sectors of those that differ. */
function twoSteps(unitDiffers, sectorDiffers) {
  let count = 0;
  for (let from = 0; from < PIECE; from += UNIT) {
    if (!unitDiffers(from, UNIT)) continue;
    for (let sector = from / SECTOR; sector < (from + UNIT) / SECTOR; sector++) if (sectorDiffers(sector)) count++;
  }
  return count;
}
const bySector = (test) => (sector) => test(sector * SECTOR, SECTOR);
/** Bits of the comparer's bitmap. */
function product() {
  if (!comparer.compare(PIECE, false, false)) return 0;
  let count = 0;
  for (const byte of bitmap) for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
  return count;
}
const KERNELS = {
  product,
  'memcmp + words': () => twoSteps(memcmp, words),
  'memcmp + memcmp': () => twoSteps(memcmp, bySector(memcmp)),
};

a.fill(7);
for (const share of [0, 1, 16, 2048]) {
  b.set(a);
  for (let i = 0; i < share; i++) b[Math.floor((i * 2048) / share) * SECTOR + 100] ^= 1;
  const rates = Object.entries(KERNELS).map(([name, kernel]) => {
    const times = [];
    for (let run = 0; run < 5; run++) {
      const started = performance.now();
      for (let i = 0; i < ROUNDS; i++) if (kernel() !== share) throw new Error(`${name} is wrong`);
      times.push(performance.now() - started);
    }
    return `${name} ${((ROUNDS * PIECE) / 1e6 / Math.min(...times)).toFixed(1)}`;
  });
  console.log(`${share} of 2048 sectors differ: ${rates.join(', ')}`);
}
