/** From a directory to its index of names ($I30). */

import type { DefectOf } from '../error-codes.ts';
import { corrupt, type StorageError } from '../errors.ts';
import type { FileEntry } from '../filesystem/file-system.ts';
import { residentValue, TYPE } from './attribute.ts';
import { isBlockSize } from './boot-sector.ts';
import { DirectoryIndex, INDEX_ROOT } from './directory-index.ts';
import { detailsIn } from './volume-context.ts';
import type { VolumeFiles } from './volume-files.ts';

const INDEX_NAME = '$I30';

/** Opens the index of a directory. Throws NTFS_RECORD_*, NTFS_INDEX_*. */
export function openIndex(files: VolumeFiles, directory: FileEntry): DirectoryIndex {
  const { context } = files;
  const file = files.attributesOf(directory);
  const { record } = file;
  const root = file.find(TYPE.indexRoot, INDEX_NAME);
  const defect = (name: DefectOf<'NTFS_INDEX'>, message: string): StorageError =>
    corrupt(
      `NTFS_INDEX_${name}`,
      `directory index of ${record.what}: ${message}`,
      detailsIn(context, record.what, record.offset),
    );
  if (root === null) throw defect('MISSING', 'there is none');
  if (!root.isResident || root.dataSize < INDEX_ROOT.header) throw defect('ROOT', 'its root is not a resident value');
  const bytes = residentValue(root);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(INDEX_ROOT.indexedType, true) !== TYPE.fileName) throw defect('TYPE', 'it does not hold names');
  const blockSize = view.getUint32(INDEX_ROOT.blockSize, true);
  if (!isBlockSize(blockSize)) throw defect('BLOCK_SIZE', `block size: expected 512 B to 64 KiB, found ${blockSize}`);
  const allocation = file.find(TYPE.indexAllocation, INDEX_NAME);
  return new DirectoryIndex(context, {
    root: bytes,
    blocks: allocation === null || allocation.isResident ? null : files.runStream(file, allocation),
    blockSize,
    what: `directory index of ${record.what}`,
    offset: record.offset + root.offset,
  });
}
