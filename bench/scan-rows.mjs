/**
 * Reads all rows of the table that fixtures/make/large_file.py --rows makes, twice, and compares their number and sums. Prints
 * seconds of the second time and the peak memory (MiB) as JSON.
 *
 *     node bench/scan-rows.mjs FILE ROWS SUM_OF_IDS SUM_OF_AMOUNTS
 */

import { openDatabase } from '../dist/index.js';

const [path, count, ids, amounts] = process.argv.slice(2);
const handle = await openDatabase(path);
const table = handle.database.tables().find(({ name }) => name === 'narrow');
let seconds = 0;
for (let round = 0; round < 2; round++) {
  let [rows, id, amount] = [0, 0, 0];
  const started = performance.now();
  for (const row of table.rows()) {
    rows++;
    id += row[0];
    amount += Number(row[1]);
  }
  seconds = (performance.now() - started) / 1000;
  // Amounts are beyond what doubles hold exactly: their sum is near.
  if (rows !== Number(count) || id !== Number(ids) || Math.abs(amount / Number(amounts) - 1) > 1e-9)
    throw new Error(`${rows} rows, sums ${id} and ${amount}`);
}
await handle.close();
console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS / 1024 }));
