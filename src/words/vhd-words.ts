/** `mount-vhd`, `dismount-vhd`, `get-vhd`, `test-vhd`: PowerShell's words for virtual disks, always read-only. */

import { statSync } from 'node:fs';
import type { DiskImage } from '../disk/disk-image.ts';
import { type Finding, notFound, StorageError } from '../errors.ts';
import { nothingKnown } from '../image/check-image.ts';
import { type Image, openImage } from '../image/image.ts';
import { parseWords } from './command-words.ts';
import { unexpose } from './exposing.ts';
import { getVhd } from './layouts.ts';
import { DISMOUNT_VHD, diskOf, diskOrNumber, GET_VHD, MOUNT_VHD, TEST_VHD } from './word-specs.ts';
import { WordState } from './word-state.ts';
import type { WordsContext } from './words-context.ts';

/** Attaches a disk: its volumes and shadow copies are known to mountvol, vssadmin and diskshadow from then on. */
export async function mountVhd(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, MOUNT_VHD);
  const path = context.absolute(diskOf(parsed, MOUNT_VHD));
  await using image = await openImage(path, context.open); // a disk that cannot be opened is not attached
  image.listVolumes();
  const state = new WordState();
  const disk = await state.exclusively(() => state.attach(path));
  if (parsed.has('Passthru')) for (const line of await describe(path, disk.number, context)) context.out(line);
  return 0;
}

/** Detaches a disk; what of it is exposed at letters or folders is taken back first. */
export async function dismountVhd(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, DISMOUNT_VHD);
  const state = new WordState();
  const wanted = diskOrNumber(parsed);
  const path = 'path' in wanted ? context.absolute(wanted.path) : `disk ${wanted.number}`;
  const disk = 'path' in wanted ? state.find(path) : state.attached.find(({ number }) => number === wanted.number);
  if (disk === undefined) {
    const list = state.attached.map((other) => `${other.number}: ${other.path}`).join(', ');
    throw notFound('DISK_NOT_ATTACHED', `${path} is not attached`, {
      hint: list === '' ? 'no disk is' : `attached are ${list}`,
    });
  }
  for (const exposure of state.exposures.filter(({ image }) => image === disk.path)) {
    await unexpose(state, context.mounter, exposure);
  }
  await state.exclusively(() => state.detach(disk.path));
  if (parsed.has('Passthru')) await showDetached(disk.path, context);
  return 0;
}

/** It is detached by now, also where its file has gone, or cannot be opened any more. */
async function showDetached(path: string, context: WordsContext): Promise<void> {
  try {
    for (const line of await describe(path, null, context)) context.out(line);
  } catch (error) {
    if (!StorageError.is(error) || error.kind === 'cancelled') throw error;
    context.note(`it is detached, and cannot be shown: ${error.message}`);
  }
}

export async function getVhdWord(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, GET_VHD);
  const path = context.absolute(diskOf(parsed, GET_VHD));
  const disk = new WordState().find(path);
  for (const line of await describe(path, disk?.number ?? null, context)) context.out(line);
  return 0;
}

/** `True` when the whole chain opens and every structure of it holds; else says what is wrong, and `False`. */
export async function testVhd(args: readonly string[], context: WordsContext): Promise<number> {
  const parsed = parseWords(args, TEST_VHD);
  const path = context.absolute(diskOf(parsed, TEST_VHD));
  try {
    await using image = await openImage(path, context.open);
    for (const { message, at } of faults(image)) {
      context.out(at?.image === undefined || at.image === image.name ? message : `${at.image}: ${message}`);
      context.out('False');
      return 1;
    }
  } catch (error) {
    if (!StorageError.isDamage(error) || error.kind === 'not-found') throw error;
    context.out(error.message);
    context.out('False');
    return 1;
  }
  context.out('True');
  return 0;
}

/** What keeps the disk or a parent from holding; a raw image has no structures, so something has to be known in it. */
function* faults(image: Image): Iterable<Finding> {
  for (let disk: DiskImage | null = image.disk; disk !== null; disk = disk.parent) {
    for (const finding of disk.check()) if (finding.severity === 'error') yield finding;
  }
  yield* nothingKnown(image);
}

/** The lines of Get-VHD, from the image itself. */
export async function describe(path: string, diskNumber: number | null, context: WordsContext): Promise<string[]> {
  await using image = await openImage(path, context.open);
  const { disk } = image;
  const facts = disk.describe();
  const text = (name: string): string => (facts[name] === undefined || facts[name] === null ? '' : String(facts[name]));
  return getVhd({
    computerName: context.computerName,
    path,
    format: disk.format,
    type: disk.type,
    fileSize: image.source.hostPath === null ? image.source.map.size : statSync(image.source.hostPath).size,
    size: disk.size,
    logicalSectorSize: disk.logicalSectorSize,
    physicalSectorSize: Number(facts['physicalSectorSize'] ?? disk.logicalSectorSize),
    blockSize: disk.blockSize ?? 0,
    parentPath: disk.parent?.name ?? '',
    diskIdentifier: text('virtualDiskId') || text('uniqueId'),
    diskNumber,
  });
}
