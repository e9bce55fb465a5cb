/** The virtual disk as a sparse raw image: built under a temporary name, renamed when whole. */

import { closeSync, fsyncSync, ftruncateSync, lstatSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CopyEngine } from '../copy/copy-engine.ts';
import type { CopyOutcome } from '../copy/copy-run.ts';
import { copyOrClone, type HostSource, LeafCloner } from '../copy/leaf-cloner.ts';
import { asStorageError, StorageError } from '../errors.ts';
import { DiskStore } from '../io/disk-store.ts';
import { publishNew } from '../io/publish-new.ts';
import type { AddressMap } from '../map/address-map.ts';
import { syncFolder } from './staging.ts';

export type ExportOptions = {
  /** Replace an existing file. */
  readonly force?: boolean | undefined;
  readonly salvage?: boolean | undefined;
  readonly sync?: boolean | undefined;
  readonly threads?: 1 | 2 | undefined;
  /** The platform's functions: with them, the result shares the image's blocks where the file system can. */
  readonly host?: HostSource | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

/**
 * Writes the map to `out`; on any failure `out` is as it was. A file there is replaced only when forced; it must not be
 * one that the map is read from (`Image.readsFrom`).
 */
export async function convertToRaw(
  map: AddressMap,
  out: string,
  options: ExportOptions = {},
): Promise<CopyOutcome & { readonly clonedBytes: number }> {
  requireFree(out, options.force ?? false);
  const partial = `${out}.pitvault-${process.pid}`;
  let fd: number | undefined;
  try {
    rmSync(partial, { force: true }); // left by a process that had our number
    fd = openSync(partial, 'wx', 0o600);
    ftruncateSync(fd, map.size);
    await using engine = new CopyEngine({ threads: options.threads ?? 2 });
    const cloner = options.host === undefined ? null : new LeafCloner(options.host);
    const outcome = await copyOrClone(engine, cloner, map, {
      target: { path: partial, fd },
      detectZeros: true,
      salvage: options.salvage,
      signal: options.signal,
      onBytes: options.onBytes,
    });
    if (options.sync === true) fsyncSync(fd);
    closeSync(fd);
    fd = undefined;
    // Unforced it replaces nothing, not even what came while it was made.
    if (options.force === true) renameSync(partial, out);
    else publishNew(new DiskStore(), partial, out, () => requireFree(out, false));
    if (options.sync === true) syncFolder(dirname(out));
    return outcome;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    rmSync(partial, { force: true });
    throw asStorageError(error, { image: out });
  }
}

/** Throws for what a result must not replace: anything unless `force`, and then all but files and links to them. */
export function requireFree(out: string, force: boolean): void {
  const there = lstatSync(out, { throwIfNoEntry: false });
  if (there === undefined) return;
  const target = there.isSymbolicLink() ? statSync(out, { throwIfNoEntry: false }) : there;
  const isFile = target === undefined || target.isFile();
  if (isFile && force) return;
  const what =
    target === undefined ? 'a link' : target.isDirectory() ? 'a folder' : isFile ? 'a file' : 'no regular file';
  throw new StorageError('conflict', 'TARGET_EXISTS', `${out} exists already (${what})`, {
    image: out,
    hint: isFile ? 'choose another name, or replace it with --force' : 'choose another name',
  });
}
