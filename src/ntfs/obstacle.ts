/**
 * Why the content of a file is not in this volume, or not readable without a key. Such files have a $DATA of the right
 * size without clusters: reading it would give zeros, which is the one answer that must not be given.
 */

import { hex } from '../base/bytes.ts';
import type { DefectOf } from '../error-codes.ts';
import { type StorageError, unsupported } from '../errors.ts';
import { type Attribute, COMPRESSION_LZNT1, FLAG_COMPRESSION_MASK, FLAG_ENCRYPTED } from './attribute.ts';
import type { FileRecord } from './file-record.ts';
import { isCloudTag, type ReparsePoint, TAG } from './reparse-point.ts';
import type { RunStream } from './run-stream.ts';
import { detailsIn, type VolumeContext } from './volume-context.ts';
import { WOF_ALGORITHMS } from './wof-stream.ts';

const ATTRIBUTE_OFFLINE = 0x1000;
const ATTRIBUTE_RECALL_ON_OPEN = 0x4_0000;
const ATTRIBUTE_RECALL_ON_DATA_ACCESS = 0x40_0000;
const RECALLED = ATTRIBUTE_OFFLINE | ATTRIBUTE_RECALL_ON_OPEN | ATTRIBUTE_RECALL_ON_DATA_ACCESS;

const WOF_PROVIDER_FILE = 2;

type Elsewhere = readonly [name: DefectOf<'NTFS'>, what: string, hint: string];

/** Content kept elsewhere altogether, by tag. */
const ELSEWHERE: ReadonlyMap<number, Elsewhere> = new Map<number, Elsewhere>([
  [
    TAG.dedup,
    ['DEDUPLICATED', 'is deduplicated', 'restore it on a Windows server with the Data Deduplication feature'],
  ],
  [TAG.wim, ['WIM_BACKED', 'is backed by a WIM image', 'take it from that image']],
  [TAG.sis, ['SINGLE_INSTANCE', 'is kept in a single-instance store', 'restore it with that feature of Windows']],
  [TAG.driveExtender, ['DRIVE_EXTENDER', 'is kept by Drive Extender', 'restore it with Windows Home Server']],
]);

type Content = {
  readonly record: FileRecord;
  readonly path: string;
  readonly data: Attribute | null;
  readonly reparse: ReparsePoint | null;
  /** FILE_ATTRIBUTE_* bits. */
  readonly attributes: number;
  /** The clusters of `data`, when it is not resident. */
  readonly openRuns: () => RunStream;
};

/** Why the unnamed stream cannot be read here, or null. */
export function findContentObstacle(context: VolumeContext, content: Content): StorageError | null {
  const { record, path, data, reparse, attributes } = content;
  if (data === null || data.dataSize === 0) return null;
  const refuse = (name: DefectOf<'NTFS'>, message: string, hint: string): StorageError =>
    unsupported(`NTFS_${name}`, `${path} ${message}`, detailsIn(context, record.what, record.offset, hint));
  if (reparse !== null) {
    const elsewhere = ELSEWHERE.get(reparse.tag);
    if (elsewhere !== undefined)
      return refuse(elsewhere[0], `${elsewhere[1]}: its content is not in this file`, elsewhere[2]);
    if (reparse.tag === TAG.wof) {
      const { provider, algorithm } = reparse.wof ?? { provider: 0, algorithm: -1 };
      if (provider !== WOF_PROVIDER_FILE) {
        return refuse(
          'WIM_BACKED',
          `is backed by overlay provider ${provider}, not by its own data`,
          'take it from that image',
        );
      }
      if (WOF_ALGORITHMS[algorithm] === undefined) {
        return refuse(
          'WOF_ALGORITHM',
          `is compressed by algorithm ${algorithm}, which is unknown`,
          'read it on Windows',
        );
      }
      return null;
    }
  }
  const isCloud = reparse !== null && isCloudTag(reparse.tag);
  const isRecalled = (attributes & RECALLED) !== 0;
  if (isCloud ? isRecalled || hasHoles(content) : isRecalled && hasHoles(content)) {
    const tag = reparse === null ? '' : ` (tag ${hex(reparse.tag)})`;
    return refuse(
      'OFFLINE',
      `is a placeholder${tag}: its content is not on this volume`,
      'take it from the service it is kept in',
    );
  }
  return findStreamObstacle(context, data, path);
}

function hasHoles({ data, openRuns }: Content): boolean {
  return data !== null && !data.isResident && openRuns().runs.hasHoles;
}

/** Why the bytes of this stream cannot be had, or null. */
export function findStreamObstacle(context: VolumeContext, data: Attribute, path: string): StorageError | null {
  const { record } = data;
  const place = (hint: string) => detailsIn(context, record.what, record.offset + data.offset, hint);
  if ((data.flags & FLAG_ENCRYPTED) !== 0) {
    return unsupported(
      'NTFS_ENCRYPTED',
      `${path} is encrypted (EFS)`,
      place("restore it on Windows with the owner's key"),
    );
  }
  const compression = data.isResident ? 0 : data.flags & FLAG_COMPRESSION_MASK;
  if (compression === 0 || compression === COMPRESSION_LZNT1) return null;
  return unsupported(
    'NTFS_COMPRESSION',
    `${path} is compressed by method ${compression}, which is unknown`,
    place('read it on Windows'),
  );
}
