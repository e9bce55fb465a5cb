/**
 * Pages of a data file, changed as a writer would: rows laid out anew, their checksum made right again. Shares nothing with
 * `src`.
 */

const PAGE = 8192;
const HEADER = 96;

/** Number of the page in which these bytes stand, and where; throws unless they stand in one place only. */
export function findBytes(file: Uint8Array, wanted: Uint8Array): { page: number; at: number } {
  const all = Buffer.from(file.buffer, file.byteOffset, file.length);
  const at = all.indexOf(wanted);
  if (at < 0 || all.indexOf(wanted, at + 1) >= 0) throw new Error('not there, or there twice');
  return { page: Math.floor(at / PAGE), at };
}

/** Puts the records one behind the other on the page, in place of those it has. */
export function setRecords(file: Uint8Array, page: number, records: readonly Uint8Array[]): void {
  const bytes = file.subarray(page * PAGE, (page + 1) * PAGE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE);
  bytes.fill(0, HEADER);
  let at = HEADER;
  for (const [slot, record] of records.entries()) {
    bytes.set(record, at);
    view.setUint16(PAGE - 2 * (slot + 1), at, true);
    at += record.length;
  }
  view.setUint16(22, records.length, true);
  view.setUint16(30, at, true);
  seal(file, page);
}

/** Makes the page's checksum right. */
export function seal(file: Uint8Array, page: number): void {
  const view = new DataView(file.buffer, file.byteOffset + page * PAGE, PAGE);
  view.setUint32(60, 0, true);
  let sum = 0;
  for (let sector = 0; sector < 16; sector++) {
    let words = 0;
    for (let at = 0; at < 512; at += 4) words ^= view.getUint32(sector * 512 + at, true);
    sum = ((sum << 1) | (sum >>> 31)) ^ words;
  }
  view.setUint32(60, sum >>> 0, true);
}
