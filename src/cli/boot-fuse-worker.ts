/** Where a thread of the built command starts that answers the kernel: as boot.ts does. */

import { useCodeCache } from './code-cache.ts';

useCodeCache(import.meta.dirname);
void import('../serve/fuse/fuse.worker.ts');
