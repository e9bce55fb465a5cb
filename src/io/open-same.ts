/**
 * A file that is open, opened once more by its path. A backup or a pruning puts another file in the place of one that is
 * being read: whoever has it open reads on, but its path leads to the new one, in which everything lies elsewhere.
 */

import { closeSync, fstatSync } from 'node:fs';
import { openKeepingTimes } from './open-keeping-times.ts';

/** `identity` as ByteFile has it. Null when the path leads to another file by now; throws when it leads nowhere. */
export function openSame(path: string, identity: string): number | null {
  const fd = openKeepingTimes(path);
  if (!/^\d+:\d+$/.test(identity)) return fd; // the platform has no numbers for files
  const { dev, ino } = fstatSync(fd, { bigint: true });
  if (`${dev}:${ino}` === identity) return fd;
  closeSync(fd);
  return null;
}
