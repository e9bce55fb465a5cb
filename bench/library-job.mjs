/** One job through the library, with one thread or two: node library-job.mjs convert|database|hashed|files 1|2 IMAGE FOLDER */

import { join } from 'node:path';
import { convertToRaw, openImage, recover } from '../dist/index.js';
import { MDF } from './jobs.mjs';

const [job, threads, path, folder] = process.argv.slice(2);
const image = await openImage(path);
const out = join(folder, 'library');
const settings = { out, threads: Number(threads), hash: job === 'hashed' };
try {
  if (job === 'convert') await convertToRaw(image.disk, out, settings);
  else await recover(image, { ...settings, files: [job === 'files' ? 'docs/**' : MDF] });
} finally {
  await image.close();
}
