/** The virtual disk as a sparse raw image: built under a temporary name, renamed when whole. */

import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CopyEngine, type CopyOutcome } from '../copy/copy-engine.ts';
import { asStorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { syncFolder } from './staging.ts';

export type ExportOptions = {
  readonly salvage?: boolean | undefined;
  readonly sync?: boolean | undefined;
  readonly threads?: 1 | 2 | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

/** Writes the map to `out`, replacing a file there; on any failure `out` is as it was. */
export async function convertToRaw(map: AddressMap, out: string, options: ExportOptions = {}): Promise<CopyOutcome> {
  const partial = `${out}.partial`;
  let fd: number | undefined;
  try {
    rmSync(partial, { force: true });
    fd = openSync(partial, 'wx', 0o600);
    ftruncateSync(fd, map.size);
    await using engine = new CopyEngine({ threads: options.threads ?? 2 });
    const outcome = await engine.copy(map, {
      target: { path: partial, fd },
      detectZeros: true,
      salvage: options.salvage,
      signal: options.signal,
      onBytes: options.onBytes,
    });
    if (options.sync === true) fsyncSync(fd);
    closeSync(fd);
    fd = undefined;
    renameSync(partial, out);
    if (options.sync === true) syncFolder(dirname(out));
    return outcome;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    rmSync(partial, { force: true });
    throw asStorageError(error, { image: out });
  }
}
