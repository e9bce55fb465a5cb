/** Verifies the structures of an open image without reading payload: the whole chain, the partitions, the volumes. */

import type { DiskImage } from '../disk/disk-image.ts';
import { type Finding, StorageError } from '../errors.ts';
import { plainText } from '../partition/identify-volume.ts';
import type { Image } from './image.ts';

/** May tell the same finding twice. */
export function* checkImage(image: Image): Iterable<Finding> {
  for (let disk: DiskImage | null = image.disk; disk !== null; disk = disk.parent) {
    yield* disk.findings;
    yield* disk.check();
  }
  yield* image.findings;
  yield* nothingKnown(image);
  yield* checkVolumes(image);
}

/** Any file can be a raw image: one in which nothing is recognised is not to pass for a sound one. */
export function* nothingKnown({ name, disk, partitionTable }: Image): Iterable<Finding> {
  if (disk.format !== 'raw' || partitionTable.scheme !== 'none') return;
  const isEmpty = disk.size === 0;
  yield {
    severity: isEmpty ? 'error' : 'warning',
    code: 'IMAGE_NOTHING_KNOWN',
    message: isEmpty
      ? 'the file is empty'
      : 'no image format, partition table or file system that is known here: nothing was checked (databases and backups are, by names that end in .mdf, .ndf, .ldf, .bak or .trn)',
    at: { image: name },
  };
}

/** Every file record of every NTFS volume; what does not hold together is told. */
export function* checkVolumes(image: Image): Iterable<Finding> {
  for (const volume of image.listVolumes()) {
    const { kind, detail } = volume.identity;
    if (kind !== 'ntfs') {
      if (volume.dynamic?.obstacle != null) continue; // among the findings of the image
      yield {
        severity: kind === 'unknown' && detail !== undefined ? 'error' : 'info',
        code: 'VOLUME_NOT_READ',
        message: `volume ${volume.number}: ${plainText(volume.identity)}`,
        at: { image: image.name, structure: `volume ${volume.number}`, offset: volume.partition.offset },
      };
      continue;
    }
    try {
      const fileSystem = volume.requireFileSystem();
      // Every file record is read once; what does not hold together is among the findings afterwards.
      for (const _entry of fileSystem.scan());
      yield* fileSystem.findings;
      const { dirty, journal } = fileSystem.info;
      if (dirty || journal === 'unclean') {
        yield {
          severity: 'warning',
          code: 'NTFS_NOT_CLEAN',
          message: `volume ${volume.number} is crash-consistent: ${dirty ? 'it is marked dirty' : 'its journal holds unfinished work'}`,
          at: { image: image.name, structure: 'volume information', offset: volume.partition.offset },
        };
      }
    } catch (error) {
      if (!StorageError.is(error)) throw error;
      yield asFinding(error);
    }
  }
}

function asFinding(error: StorageError): Finding {
  return { severity: 'error', code: error.code, message: error.message, at: error.at };
}
