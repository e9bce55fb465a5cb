/** Where a thread of the built command starts that answers the kernel: as boot.ts does. */

import { parentPort } from 'node:worker_threads';
import { useCodeCache } from './code-cache.ts';

useCodeCache(import.meta.dirname);
void Promise.all([import('../serve/fuse/answer-kernel.ts'), import('../../native-shims/linux/fuse-device.ts')]).then(
  ([{ answerKernel }, { loadFuseDevice }]) => answerKernel(parentPort!, loadFuseDevice),
);
