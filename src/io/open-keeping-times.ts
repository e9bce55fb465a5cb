/** Reading changes nothing of what is read, its time of access included; Linux allows that to its owner and to root. */

import { constants, openSync } from 'node:fs';

const O_NOATIME = constants.O_NOATIME ?? 0;

export function openKeepingTimes(path: string, flags = constants.O_RDONLY): number {
  try {
    return openSync(path, flags | O_NOATIME);
  } catch (error) {
    if (O_NOATIME === 0 || (error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    return openSync(path, flags);
  }
}
