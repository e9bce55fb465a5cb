/** New, empty virtual disks. */

import { basename, dirname, relative, resolve, sep } from 'node:path';
import { invalidArgument, unsupported } from '../errors.ts';
import { openImage } from '../image/image.ts';
import { type CreateParams, createVhdx, type ParentLink } from '../vhdx/create-vhdx.ts';
import { type NewFileOptions, withNewFile } from './host.ts';

export type CreateOptions = NewFileOptions & {
  /** Bytes; the parent's size when there is a parent. */
  readonly size?: number | undefined;
  /** Bytes, a power of two from 1 to 256 MiB. */
  readonly blockSize?: number | undefined;
  readonly sectorSize?: 512 | 4096 | undefined;
  readonly fixed?: boolean | undefined;
  /** Path of the VHDX that the new disk differs from. It must not be written any more. */
  readonly parent?: string | undefined;
};

export type CreateReport = {
  readonly out: string;
  readonly type: CreateParams['type'];
  readonly size: number;
  readonly dataWriteGuid: string;
};

/** Makes an empty VHDX: dynamic unless `fixed`, differencing with a `parent`. */
export async function createImage(out: string, options: CreateOptions): Promise<CreateReport> {
  if (/\.vhd$/i.test(out)) {
    throw invalidArgument('CREATE_TYPE', `${out} is the name of a VHD, and a VHDX would be made`, {
      hint: 'name it .vhdx; for a VHD convert that: pitvault convert A.vhdx B.vhd',
    });
  }
  const parent = options.parent === undefined ? null : await parentOf(options.parent, out);
  const size = options.size ?? parent?.size;
  if (size === undefined) throw invalidArgument('CREATE_SIZE_MISSING', 'no size given', { hint: 'add --size SIZE' });
  if (parent !== null && options.fixed === true) {
    throw invalidArgument('CREATE_TYPE', 'a disk that differs from a parent cannot be fixed');
  }
  if (parent !== null && options.sectorSize !== undefined && options.sectorSize !== parent.sectorSize) {
    throw invalidArgument('CREATE_SECTOR_SIZE', `the parent has logical sectors of ${parent.sectorSize} bytes`);
  }
  const type = parent !== null ? 'differencing' : options.fixed === true ? 'fixed' : 'dynamic';
  const dataWriteGuid = crypto.randomUUID();
  await withNewFile(out, options, (file) =>
    createVhdx(file, {
      size,
      type,
      dataWriteGuid,
      ...(options.blockSize === undefined ? {} : { blockSize: options.blockSize }),
      logicalSectorSize: parent?.sectorSize ?? options.sectorSize ?? 512,
      ...(parent === null ? {} : { parent: parent.link, virtualDiskId: parent.virtualDiskId }),
    }),
  );
  return { out, type, size, dataWriteGuid };
}

type Parent = {
  readonly size: number;
  readonly sectorSize: 512 | 4096;
  readonly virtualDiskId: string;
  readonly link: ParentLink;
};

async function parentOf(path: string, child: string): Promise<Parent> {
  await using image = await openImage(path);
  const { disk } = image;
  if (image.readsFrom(child)) {
    throw invalidArgument('CREATE_ONTO_PARENT', `${child} is what the new disk would stand on`, {
      image: child,
      hint: 'choose another name for the child',
    });
  }
  if (disk.format !== 'vhdx' || disk.dataIdentity === null) {
    throw unsupported('CREATE_PARENT_FORMAT', `${path} is no VHDX: only that can be the parent of one`, {
      image: path,
      hint: 'convert it first',
    });
  }
  if (image.source.hostPath === null) {
    throw unsupported('CREATE_PARENT_INSIDE', `${path} is no file of its own: a disk made on it would not find it`, {
      image: path,
      hint: 'get it out first: pitvault convert, or unpack the archive',
    });
  }
  const { virtualDiskId } = disk.describe();
  return {
    size: disk.size,
    sectorSize: disk.logicalSectorSize === 4096 ? 4096 : 512,
    virtualDiskId: typeof virtualDiskId === 'string' ? virtualDiskId : crypto.randomUUID(),
    link: linkTo(path, child, disk.dataIdentity),
  };
}

/** Windows spells paths with backslashes, and wants `.\` in front of a plain name. */
function linkTo(parent: string, child: string, identity: string): ParentLink {
  const [from, to] = [dirname(resolve(child)), resolve(parent)];
  const path = from === dirname(to) ? basename(to) : relative(from, to);
  const windows = path.split(sep).join('\\');
  const relativePath = windows.startsWith('..') ? windows : `.\\${windows}`;
  return process.platform === 'win32'
    ? { identity, relativePath, absoluteWin32Path: `\\\\?\\${to}` }
    : { identity, relativePath };
}
