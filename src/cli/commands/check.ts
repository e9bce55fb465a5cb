/** `pitvault check IMAGE` */

import type { DiskImage } from '../../disk/disk-image.ts';
import { asStorageError, type Finding, StorageError } from '../../errors.ts';
import { type Image, openImage } from '../../image/image.ts';
import { plainText } from '../../partition/identify-volume.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { findingLine, json, line } from '../output.ts';

export async function run({ words, json: asJson, open }: CommandCall): Promise<number> {
  const findings: Finding[] = [];
  try {
    await using image = await openImage(words[0]!, open);
    for (const finding of checkImage(image))
      if (!findings.some((known) => same(known, finding))) findings.push(finding);
  } catch (error) {
    const fatal = asStorageError(error, { image: words[0] });
    if (fatal.kind !== 'corrupt' && fatal.kind !== 'unsupported') throw fatal;
    findings.push(asFinding(fatal));
  }
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  if (asJson) json({ image: words[0], errors, findings });
  else {
    for (const finding of findings) line(findingLine(finding));
    line(
      `${words[0]}: ${findings.length === 0 ? 'no findings' : `findings: ${findings.length}, of them errors: ${errors}`}`,
    );
  }
  return errors > 0 ? ExitCode.corrupt : ExitCode.ok;
}

function* checkImage(image: Image): Iterable<Finding> {
  for (let disk: DiskImage | null = image.disk; disk !== null; disk = disk.parent) {
    yield* disk.findings;
    yield* disk.check();
  }
  yield* image.findings;
  for (const volume of image.listVolumes()) {
    const { kind, detail } = volume.identity;
    if (kind !== 'ntfs') {
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

function same(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.message === b.message && a.at.offset === b.at.offset && a.at.image === b.at.image;
}
