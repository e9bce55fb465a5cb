/** An open image: its disk, its partition table, its volumes. The front door of the read river. */

import { shellWord } from '../base/shell-word.ts';
import { type DiskImage, finding } from '../disk/disk-image.ts';
import { RawImage } from '../disk/raw-image.ts';
import { asStorageError, corrupt, type Finding, notFound, StorageError } from '../errors.ts';
import type { DynamicVolume, DynamicVolumes } from '../ldm/disk-group.ts';
import type { AddressMap } from '../map/address-map.ts';
import { FileMap, SliceMap } from '../map/maps.ts';
import { type Partition, type PartitionTable, readPartitionTable } from '../partition/partition-table.ts';
import { isVhd, VhdFile } from '../vhd/vhd-file.ts';
import { isVhdx, VhdxFile } from '../vhdx/vhdx-file.ts';
import { findDynamicVolumes } from './dynamic-disks.ts';
import { makeOpenParent, openContainer } from './image-chain.ts';
import { splitStream } from './path.ts';
import { leaseState } from './reader-lease.ts';
import { OpenContext, type OpenOptions, openSource, type Source, splitLocator } from './source.ts';
import { selectVolume, Volume } from './volume.ts';

/** Images that the user gave besides this one. */
export type FurtherImages = {
  /** Their volumes may hold the stores of shadow copies. */
  readonly diffAreas: readonly Image[];
  /** Disks of the same group, where this one is dynamic. */
  readonly disks: readonly Image[];
};

const NOTHING_FURTHER: FurtherImages = { diffAreas: [], disks: [] };

export class Image implements AsyncDisposable {
  readonly source: Source;
  readonly disk: DiskImage;
  readonly #context: OpenContext;
  readonly #further: FurtherImages;
  #neighbours: readonly Image[] = [];
  #table: PartitionTable | undefined;
  #dynamic: DynamicVolumes | undefined;
  #volumes: readonly Volume[] | undefined;

  constructor(source: Source, disk: DiskImage, context: OpenContext, further: FurtherImages = NOTHING_FURTHER) {
    this.source = source;
    this.disk = disk;
    this.#context = context;
    this.#further = further;
  }

  /**
   * Other open images, which stay their owner's: their volumes may hold diff areas of this one's shadow copies, and they
   * may be disks of its group. To be told before the volumes are asked for.
   */
  setNeighbours(images: readonly Image[]): void {
    this.#neighbours = images.filter((image) => image !== this);
    this.#dynamic = undefined;
    this.#volumes = undefined;
  }

  get name(): string {
    return this.source.name;
  }

  /**
   * Tells this content from another in its place. A VHDX, which a pruning may write anew with the same bytes in it, has an
   * identity for that; else it is that of the file on disk, while it is open; null where it lies inside of something else.
   */
  get contentIdentity(): string | null {
    const { map } = this.source;
    if (this.disk.format === 'vhdx') return this.disk.dataIdentity;
    return map instanceof FileMap ? map.file.identity : null;
  }

  get partitionTable(): PartitionTable {
    const { format, logicalSectorSize: sectorSize } = this.disk;
    this.#table ??= readPartitionTable(this.disk, { name: this.name, sectorSize, isAssumed: format === 'raw' });
    return this.#table;
  }

  /** Bytes of a sector for whoever takes the disk over. A raw image does not say; the place of its GPT does. */
  get sectorSize(): 512 | 4096 {
    const { format, logicalSectorSize } = this.disk;
    return (format === 'raw' ? this.partitionTable.sectorSize : logicalSectorSize) === 4096 ? 4096 : 512;
  }

  /** The volumes of the partitions, then those of the disk group that the disk belongs to. */
  listVolumes(): readonly Volume[] {
    this.#volumes ??= [...this.#partitionVolumes(), ...this.#dynamicVolumes()];
    return this.#volumes;
  }

  #partitionVolumes(): Volume[] {
    return this.partitionTable.partitions.map((partition): Volume => {
      const map = new SliceMap(this.disk, partition.offset, partition.length);
      return new Volume(partition, map, this.name, () => this.#volumesBeside(partition.number));
    });
  }

  #dynamicVolumes(): Volume[] {
    const first = 1 + Math.max(0, ...this.partitionTable.partitions.map(({ number }) => number));
    return this.#diskGroup.volumes.map((dynamic, index): Volume => {
      const partition = asPartition(dynamic, first + index);
      return new Volume(partition, dynamic.map, this.name, () => this.#volumesBeside(partition.number), dynamic);
    });
  }

  get #diskGroup(): DynamicVolumes {
    this.#dynamic ??= findDynamicVolumes({
      asked: this,
      source: this.source,
      given: this.#further.disks,
      neighbours: this.#neighbours,
      context: this.#context,
      openDisk,
    });
    return this.#dynamic;
  }

  #volumesBeside(number: number): readonly Volume[] {
    const own = this.listVolumes().filter((volume) => volume.number !== number);
    const others = [...this.#further.diffAreas, ...this.#neighbours];
    return [...own, ...others.flatMap((image) => image.listVolumes())];
  }

  /** The volumes of the disk in partition order, then dynamic ones; a disk without a table is one volume. */
  async volumes(): Promise<readonly Volume[]> {
    return this.listVolumes();
  }

  /** The volume named by a partition GUID or a 1-based number, or the only readable one. */
  volume(wanted?: string): Volume {
    const { volumes, findings } = this.#diskGroup;
    const lost = volumes.length > 0 ? undefined : findings.find(({ severity }) => severity === 'error');
    return selectVolume(this.listVolumes(), wanted, this.name, lost?.message);
  }

  /** What was met while opening, of the whole chain and the partition table, and what their second copies tell. */
  get findings(): readonly Finding[] {
    const findings: Finding[] = [...this.#context.findings];
    for (let disk: DiskImage | null = this.disk; disk !== null; disk = disk.parent) findings.push(...disk.findings);
    findings.push(...this.partitionTable.findings, ...(this.partitionTable.compareCopies?.() ?? []));
    return [...findings, ...this.#diskGroup.findings];
  }

  /** True when the image is read from this file: its own, a parent's, or the archive it lies in. Never write there. */
  readsFrom(path: string): boolean {
    return this.#context.reads(path);
  }

  /** Closes every file of the chain. Idempotent. */
  async close(): Promise<void> {
    this.#context.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Opens an image named by a locator (`disk0.vhdx`, `pool.zip::a/disk0.vhdx`, `outer.vhdx::/inner.vhd`). Never writes. */
export async function openImage(locator: string, options: OpenOptions = {}): Promise<Image> {
  return openImageWithin(undefined, locator, options);
}

/** The same inside an open pool, whose archives and cache are shared. `isKept`: pitvault may prune what is read here. */
export async function openImageWithin(
  outer: OpenContext | undefined,
  locator: string,
  options: OpenOptions,
  isKept = true,
): Promise<Image> {
  const context = new OpenContext(options, outer);
  try {
    if (isKept) leaseSource(locator, context);
    const source = await openSource(locator, context, openInside);
    const disk = await openDiskAnywhere(source, context);
    return new Image(source, disk, context, await openAllFurther(options, context));
  } catch (error) {
    context.close();
    throw asStorageError(error, { image: locator });
  }
}

async function openAllFurther(options: OpenOptions, context: OpenContext): Promise<FurtherImages> {
  const { disks = [], diffAreas = [] } = options;
  if (disks.length + diffAreas.length === 0) return NOTHING_FURTHER;
  const opened = await openFurther(disks, context, []);
  return { disks: opened, diffAreas: await openFurther(diffAreas, context, opened) };
}

/** Images of the same context; each may be a disk of a group whose other `disks` were given. */
async function openFurther(
  locators: readonly string[],
  context: OpenContext,
  disks: readonly Image[],
): Promise<Image[]> {
  const images: Image[] = [];
  for (const locator of locators) {
    leaseSource(locator, context);
    const source = await openSource(locator, context, openInside);
    images.push(new Image(source, await openDiskAnywhere(source, context), context));
  }
  for (const image of images) image.setNeighbours(disks);
  return images;
}

/** Bytes that a locator names, for readers of formats that are no disks. */
export type OpenBytes = { readonly map: AddressMap; readonly name: string; close(): void };

/** Opens what a locator names without looking at it: a file, a member of an archive, a file inside an image. */
export async function openBytes(locator: string, options: OpenOptions = {}): Promise<OpenBytes> {
  const context = new OpenContext(options);
  try {
    leaseSource(locator, context);
    const { map, name } = await openSource(locator, context, openInside);
    return { map, name, close: () => context.close() };
  } catch (error) {
    context.close();
    throw asStorageError(error, { image: locator });
  }
}

/** Whoever prunes the pool waits until the context is closed. Before anything is opened: see reader-lease.ts. */
function leaseSource(locator: string, context: OpenContext): void {
  const { lease, finding } = leaseState(splitLocator(locator)[0]!, context.options.locks);
  if (lease !== null) context.onClose(() => lease.release());
  if (finding !== null) context.findings.push(finding);
}

/** A child inside an archive may have its parents there too: they are unpacked beside it only when they are missed. */
async function openDiskAnywhere(source: Source, context: OpenContext): Promise<DiskImage> {
  try {
    return openDisk(source, context);
  } catch (error) {
    if (source.unpackFellows === undefined || !StorageError.is(error) || error.code !== 'PARENT_NOT_FOUND') throw error;
    const { hostPath, leftOut } = await source.unpackFellows();
    for (const one of leftOut) context.findings.push(finding('warning', one));
    try {
      return openDisk({ ...source, hostPath }, context);
    } catch (second) {
      if (leftOut.length === 0 || !StorageError.is(second) || second.code !== 'PARENT_NOT_FOUND') throw second;
      const hint = `what could not be unpacked may be it: ${leftOut.map(({ message }) => message).join('; ')}`;
      throw new StorageError(second.kind, second.code, second.message, { ...second.at, hint, cause: second });
    }
  }
}

/** The disk in these bytes. A file that calls itself VHDX or VHD and is not one is refused, never read as raw. */
export function openDisk(source: Source, context: OpenContext): DiskImage {
  const ignoresDamagedLog = context.options.ignoreDamagedLog ?? false;
  const openParent = makeOpenParent({
    childPath: source.hostPath,
    searchFolders: context.options.searchFolders ?? [],
    ignoreIdentity: context.options.ignoreParentIdentity ?? false,
    openFile: context.openFile,
    findings: context.findings,
    openDisk: (container, given) => openContainer(container, { ...given, ignoresDamagedLog }),
  });
  const options = { name: source.name, openParent, ignoresDamagedLog };
  if (isVhdx(source.map)) return VhdxFile.open(source.map, options);
  if (isVhd(source.map)) return VhdFile.open(source.map, options);
  const extension = /\.(a?vhdx?)$/i.exec(source.name)?.[1]?.toLowerCase();
  if (extension !== undefined) {
    const format = extension.endsWith('x') ? 'VHDX' : 'VHD';
    const structure = format === 'VHDX' ? 'file identifier' : 'footer';
    throw corrupt(`${format}_SIGNATURE_MISSING`, `${source.name} is not a ${format}: it has no ${structure}`, {
      image: source.name,
      structure,
      offset: format === 'VHDX' ? 0 : Math.max(0, source.map.size - 512),
      hint: 'the copy may be incomplete (compare sizes), or the file has a wrong extension: a raw image is read as .img or .raw',
    });
  }
  return new RawImage(source.map, source.name);
}

/** A file inside an image, for nested locators and for commands that read a file wherever it is. */
async function openInside(container: Source, path: string, context: OpenContext): Promise<AddressMap> {
  const image = new Image(container, openDisk(container, context), context);
  const fileSystem = image.volume().requireFileSystem();
  const { file, stream } = splitStream(path);
  const entry = fileSystem.lookup(file);
  if (entry === null) throw fileMissing(container.name, file);
  return fileSystem.open(entry, stream);
}

/** The error for a path that is not there, with the command that shows what is. */
export function fileMissing(image: string, path: string): Error {
  return notFound('FILE_MISSING', `no file ${path} in ${image}`, {
    image,
    hint: `list its folder: pitvault ls ${shellWord(image)} ${shellWord(path.slice(0, path.lastIndexOf('/')) || '/')}`,
  });
}

const LAYOUT_NAMES: Readonly<Record<DynamicVolume['layout'], string>> = {
  simple: 'simple',
  spanned: 'spanned',
  striped: 'striped',
  mirrored: 'mirrored',
  raid5: 'RAID-5',
};

/** A dynamic volume as an entry of the table: its offset is that of its first extent, on whichever disk that is. */
function asPartition({ name, guid, layout, extents, map }: DynamicVolume, number: number): Partition {
  return {
    number,
    type: `ldm-${layout}`,
    typeName: `dynamic volume "${name}", ${LAYOUT_NAMES[layout]}`,
    guid,
    name,
    offset: extents[0]?.diskOffset ?? 0,
    length: map.size,
    attributes: '0x0',
    flags: [],
  };
}
