/**
 * The folder that the user chose: made, filled from staging, and told about in the report. What stands there already is
 * the user's: it is compared, never replaced unasked, and costs only the files it is in the way of.
 */

import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { shellWord } from '../base/shell-word.ts';
import { pieceBuffer } from '../copy/kernel.ts';
import { asStorageError, StorageError } from '../errors.ts';
import { makeFolders } from '../io/make-folders.ts';
import { type FileReport, REPORT_NAME } from './report.ts';
import { lookAt, occupied, type PublishOptions, type Staging, syncFolder } from './staging.ts';

/** Makes the target; recovered databases are nobody else's business. Returns what is worth warning of. */
export function prepareTarget(out: string): string[] {
  const stat = statSync(out, { throwIfNoEntry: false });
  if (stat === undefined) {
    makeTarget(out);
    return [];
  }
  if (!stat.isDirectory()) throw occupied(out, 'not a folder');
  if (process.platform === 'win32' || (stat.mode & 0o007) === 0) return [];
  return [`${out} can be read by every user of this machine; make it private with: chmod 700 ${shellWord(out)}`];
}

function makeTarget(out: string): void {
  try {
    makeFolders(out, 0o700);
    chmodSync(out, 0o700);
  } catch (error) {
    throw asStorageError(plainRefusal(out) ?? error, { image: out });
  }
}

/** Node's recursive mkdir hides why it was refused (a read-only file system reads as ENOENT): ask for one folder only. */
function plainRefusal(out: string): unknown {
  for (let folder = out; dirname(folder) !== folder; folder = dirname(folder)) {
    if (statSync(dirname(folder), { throwIfNoEntry: false }) === undefined) continue;
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      return error;
    }
  }
  return undefined;
}

/** Compares staged files with what is in the target already, then publishes the rest. */
export function settle(
  files: readonly FileReport[],
  staging: Staging,
  out: string,
  options: PublishOptions,
): FileReport[] {
  const settled = files.map((file): FileReport => {
    if (file.target === undefined || staging.fresh || options.force) return file;
    const target = join(out, ...file.target.split('/'));
    const staged = join(staging.tree, ...file.target.split('/'));
    const error = difference(staged, target);
    if (error === undefined) return file;
    rmSync(staged, { force: true });
    return error === null ? { ...file, status: 'already there' } : failed(file, error);
  });
  staging.keepOnly(settled.flatMap(({ status, target }) => (status === 'failed' ? [] : (target ?? []))));
  const failures = new Map(staging.publish(options).map(({ target, error }) => [target, error]));
  if (failures.size === 0) return settled;
  return settled.map((file) => {
    if (file.target === undefined) return file;
    // There may be as many failures as files: it is its own, or that of a folder above it.
    let path = join(out, ...file.target.split('/'));
    while (!failures.has(path) && path.length > out.length) path = dirname(path);
    const error = failures.get(path);
    return error === undefined ? file : failed(file, error);
  });
}

function failed({ target: _target, sha256: _sha256, ...file }: FileReport, error: StorageError): FileReport {
  return { ...file, status: 'failed', error: error.toJSON() };
}

/** Why the file in the target is another one, null when it is the same, undefined where there is none. */
function difference(staged: string, target: string): StorageError | null | undefined {
  try {
    const there = lookAt(target);
    if (there === undefined) return undefined;
    return there.isFile() && sameContent(staged, target) ? null : occupied(target, 'different content');
  } catch (error) {
    return asStorageError(error, { image: target });
  }
}

function sameContent(a: string, b: string): boolean {
  const first = openSync(a, 'r');
  const second = openSync(b, 'r');
  try {
    const half = pieceBuffer().length / 2;
    const left = pieceBuffer().subarray(0, half);
    const right = pieceBuffer().subarray(half);
    for (let at = 0; ; at += half) {
      const count = readSync(first, left, 0, half, at);
      if (count !== readSync(second, right, 0, half, at)) return false;
      if (count === 0) return true;
      if (Buffer.compare(left.subarray(0, count), right.subarray(0, count)) !== 0) return false;
    }
  } finally {
    closeSync(first);
    closeSync(second);
  }
}

/** Whole or not at all; a link under either name is replaced, not followed. */
export function writeReport(out: string, parts: Iterable<string>, sync: boolean): void {
  const path = join(out, REPORT_NAME);
  const partial = `${path}.pitvault-${process.pid}`;
  rmSync(partial, { force: true });
  const fd = openSync(partial, 'wx', 0o600);
  try {
    for (const part of parts) writeFileSync(fd, part);
  } finally {
    closeSync(fd);
  }
  renameSync(partial, path);
  if (sync) syncFolder(out);
}

/** No file after this one would fit either: the run stops, and what is staged waits for the next one. */
export function isTargetFull(error: unknown): boolean {
  const code = StorageError.is(error) ? error.code : (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function targetFull(out: string, error: unknown): StorageError {
  const { code, message } = asStorageError(error);
  return new StorageError('io', code, `${out} is full: ${message}`, {
    image: out,
    hint: 'free space there and run the same command again: it goes on where it stopped; or choose another --out',
    cause: error,
  });
}
