/** Backups as databases: the sets that are needed, put together. */

import { corrupt, invalidArgument, notFound, StorageError, unsupported } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { PAGE_SIZE } from '../mdf/page.ts';
import { BackupImage, type Layer } from './backup-image.ts';
import { BackupLog, type PlacedLog } from './backup-log.ts';
import { type BackupMedium, type BackupSet, readBackupMedium } from './backup-set.ts';
import { indexRegion } from './page-region.ts';

/** A log file has at most 2 TiB. */
const LOG_SIZE_MAX = 2 ** 41;

export type BackupSource = { readonly map: AddressMap; readonly name: string };

type BackupDataFile = { readonly fileId: number; readonly logicalName: string; readonly map: AddressMap };

/** A log file, as far as the backup holds it: see backup-log.ts. */
type BackupLogFile = BackupDataFile;

export type Backup = {
  readonly media: readonly BackupMedium[];
  /** The set that was chosen, of the first medium that has it. */
  readonly set: BackupSet;
  /** The primary file first. */
  readonly files: readonly BackupDataFile[];
  /** None where the backup says too little of them. */
  readonly logs: readonly BackupLogFile[];
};

type Part = { readonly source: BackupSource; readonly medium: BackupMedium; readonly set: BackupSet };

/**
 * The data files in a backup: its newest full set, or the one at `position`. Further sources are its other stripes, and
 * a differential backup that stands on it. Throws for what is missing, encrypted or of no use without something else.
 */
export function openBackup(sources: readonly BackupSource[], position?: number): Backup {
  const media = sources.map(({ map, name }) => readBackupMedium(map, name));
  const first = media[0]!;
  const set = chooseSet(first, position);
  const fulls: Part[] = [];
  const differentials: Part[] = [];
  for (const [i, medium] of media.entries()) {
    for (const each of medium.sets) {
      const part = { source: sources[i]!, medium, set: each };
      if (each.setId === set.setId) fulls.push(part);
      else if (i > 0 && each.kind === 'differential' && each.baseId === set.setId) differentials.push(part);
    }
  }
  for (const medium of media) requireUse(medium, first, [...fulls, ...differentials]);
  requireStripes(first, fulls);
  const newest = differentials.sort((a, b) => compare(a, b)).at(-1);
  const parts =
    newest === undefined ? fulls : [...fulls, ...differentials.filter((part) => part.set.setId === newest.set.setId)];
  const files = dataFiles(parts, newest?.set ?? set);
  if (files.length === 0) {
    throw corrupt('MTF_NO_PAGES', `set ${set.position} of ${first.name} holds no pages`, {
      image: first.name,
      hint: 'the backup is cut short or damaged: `pitvault check` tells where',
    });
  }
  const last = parts.filter((part) => part.set.setId === (newest?.set ?? set).setId);
  return { media, set: newest?.set ?? set, files, logs: logFiles(last) };
}

function chooseSet(medium: BackupMedium, position: number | undefined): BackupSet {
  const found =
    position === undefined
      ? medium.sets.findLast((set) => set.kind === 'full' || set.kind === 'partial')
      : medium.sets.find((set) => set.position === position);
  if (found === undefined) {
    throw notFound(
      'MTF_NO_FULL_SET',
      `${medium.name} holds no full backup${position === undefined ? '' : ` at ${position}`}`,
      {
        image: medium.name,
        hint:
          medium.sets.length === 0
            ? 'it holds no set at all, so it is cut short: copy it again'
            : `its sets: ${setList(medium)}; give the full backup first, and a differential one with --file`,
      },
    );
  }
  if (found.kind === 'log') {
    throw invalidArgument('MTF_LOG_SET', `set ${found.position} of ${medium.name} is a log backup: it holds no pages`, {
      hint: 'give a full backup',
    });
  }
  if (found.encrypted) {
    throw unsupported('MTF_ENCRYPTED', `set ${found.position} of ${medium.name} is encrypted`, {
      image: medium.name,
      hint: 'only a SQL Server that has the certificate it was made with, and its private key, can restore it; an .mdf of the same database in a recovery point can be read',
    });
  }
  return found;
}

/** What was given beside the backup has to be a part of it. */
function requireUse(medium: BackupMedium, first: BackupMedium, parts: readonly Part[]): void {
  if (medium === first || parts.some((part) => part.medium === medium)) return;
  const message = `${medium.name} is neither another file of the backup in ${first.name} nor a differential one that stands on it`;
  throw invalidArgument('MTF_UNRELATED', message, {
    image: medium.name,
    hint: `it holds: ${setList(medium)}; log backups are not replayed here`,
  });
}

function setList({ sets }: BackupMedium): string {
  return sets.map((set) => `${set.position} (${set.kind} of ${set.database})`).join(', ') || 'no backup set';
}

function requireStripes(medium: BackupMedium, parts: readonly Part[]): void {
  if (medium.stripes <= 1) return;
  const present = new Set(parts.map((part) => part.medium.stripe));
  const missing = Array.from({ length: medium.stripes }, (_, i) => i + 1).filter((stripe) => !present.has(stripe));
  if (missing.length === 0) return;
  throw new StorageError(
    'not-found',
    'MTF_STRIPE_MISSING',
    `the backup is spread over ${medium.stripes} files, and stripe ${missing.join(', ')} is missing`,
    { image: medium.name, hint: 'give the other files of the media set with --file' },
  );
}

function dataFiles(parts: readonly Part[], set: BackupSet): BackupDataFile[] {
  const layers = new Map<number, Layer[]>();
  for (const { source, medium, set: own } of parts) {
    const seen = new Set<number>();
    for (const region of own.regions) {
      if (region.kind !== 'pages') continue;
      const plain = own.kind === 'full' && medium.stripes <= 1;
      let index = indexRegion(source.map, region, plain);
      // A file's second region holds what changed while the first was written: its extents are fewer than the maps say.
      if (plain && seen.has(index.fileId)) index = indexRegion(source.map, region, false);
      seen.add(index.fileId);
      const known = layers.get(index.fileId);
      if (known === undefined) layers.set(index.fileId, [{ index, map: source.map }]);
      else known.push({ index, map: source.map });
    }
  }
  return [...layers]
    .sort(([a], [b]) => a - b)
    .map(([fileId, own]) => {
      const file = set.files.find((each) => each.fileId === fileId && each.kind === 'data');
      return { fileId, logicalName: file?.logicalName ?? `file ${fileId}`, map: new BackupImage(own, file?.size ?? 0) };
    });
}

/** Each log file by what the set that was made last has of it. */
function logFiles(parts: readonly Part[]): BackupLogFile[] {
  const placed = new Map<number, PlacedLog[]>();
  for (const { source, set } of parts) {
    for (const { log, pieces } of set.regions) {
      if (log === null) continue;
      const known = placed.get(log.fileId);
      const each = { place: log, pieces, map: source.map };
      if (known === undefined) placed.set(log.fileId, [each]);
      else known.push(each);
    }
  }
  const { files, bindingId } = parts[0]!.set;
  return files
    .filter(({ fileId, kind, size }) => kind === 'log' && placed.has(fileId) && isLogSize(size))
    .map((file) => ({
      fileId: file.fileId,
      logicalName: file.logicalName,
      map: new BackupLog(placed.get(file.fileId)!, file, bindingId),
    }));
}

function isLogSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 2 * PAGE_SIZE && size <= LOG_SIZE_MAX;
}

/** By their last log sequence number. */
function compare(a: Part, b: Part): number {
  const [left, right] = [a.set.lastLsn, b.set.lastLsn];
  return left.file - right.file || left.block - right.block || left.slot - right.slot;
}
