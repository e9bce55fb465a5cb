/** One volume of a disk: a window with a name, and the file system in it. */

import { parseGuid } from '../base/guid.ts';
import { corrupt, invalidArgument, notFound, StorageError, unsupported } from '../errors.ts';
import type { FileSystem } from '../filesystem/file-system.ts';
import type { DynamicVolume } from '../ldm/disk-group.ts';
import type { AddressMap } from '../map/address-map.ts';
import { NtfsVolume } from '../ntfs/ntfs-volume.ts';
import { identifyVolume, isNtfs, plainName, type VolumeIdentity } from '../partition/identify-volume.ts';
import type { Partition } from '../partition/partition-table.ts';
import { type RecordVolume, readShadowCopies, type ShadowCopies, type ShadowCopy } from '../vss/shadow-copies.ts';
import { VolumeFiles } from './volume-files.ts';

/** A part of a volume, and where on the disk it begins. Bytes. */
export type VolumeWindow = { readonly offset: number; readonly diskOffset: number; readonly length: number };

export class Volume {
  readonly partition: Partition;
  readonly map: AddressMap;
  readonly name: string;
  /** Where its parts lie, when it is a volume of a disk group (LDM); null for the volume of a partition. */
  readonly dynamic: DynamicVolume | null;
  /** Of a shadow copy: damage of its store that costs no byte of a file. */
  readonly shadowDamage: readonly StorageError[];
  #identity: VolumeIdentity | undefined;
  readonly #diffAreas: () => readonly RecordVolume[];
  #fileSystem: FileSystem | undefined;
  #shadowCopies: ShadowCopies | undefined;

  /** `diffAreas` tells which other volumes may hold the stores of this one's shadow copies. */
  constructor(
    partition: Partition,
    map: AddressMap,
    name: string,
    diffAreas: () => readonly RecordVolume[] = () => [],
    dynamic: DynamicVolume | null = null,
    shadowDamage: readonly StorageError[] = [],
  ) {
    this.partition = partition;
    this.map = map;
    this.name = name;
    this.#diffAreas = diffAreas;
    this.dynamic = dynamic;
    this.shadowDamage = shadowDamage;
  }

  /** 1-based number in its partition table; those of dynamic volumes follow. */
  get number(): number {
    return this.partition.number;
  }

  /** Unique partition GUID (lower case), which Windows uses in `\\?\Volume{GUID}\`; null where there is none. */
  get guid(): string | null {
    return this.partition.guid;
  }

  /** Which bytes of the image's own disk the volume is; of a volume listed by its image, not of a shadow copy. */
  get windows(): readonly VolumeWindow[] {
    const { offset, length } = this.partition;
    if (this.dynamic === null) return [{ offset: 0, diskOffset: offset, length }];
    return this.dynamic.extents.flatMap((extent) =>
      extent.image === this.name
        ? [{ offset: extent.offset, diskOffset: extent.diskOffset!, length: extent.length }]
        : [],
    );
  }

  /** What stands at the start of the volume. */
  get identity(): VolumeIdentity {
    this.#identity ??= identifyVolume(this.map, this.partition.type);
    return this.#identity;
  }

  /** The same as asking its identity for NTFS, sooner answered. */
  get isNtfs(): boolean {
    return this.#identity === undefined ? isNtfs(this.map, this.partition.type) : this.#identity.kind === 'ntfs';
  }

  /** The shadow copies of the volume, oldest first. Lists them only: block lists are read when a copy is. */
  get shadowCopies(): ShadowCopies {
    this.#shadowCopies ??= readShadowCopies(this, this.#diffAreas());
    return this.#shadowCopies;
  }

  /** The volume as it was when one of its shadow copies was made. */
  shadow(copy: ShadowCopy): Volume {
    const name = `${this.name} (shadow copy ${copy.number})`;
    return new Volume(this.partition, copy.map, name, undefined, this.dynamic, copy.damage());
  }

  /** The file system, opened once, or null when the volume holds none that pitvault reads. */
  openFileSystem(): FileSystem | null {
    if (this.#fileSystem === undefined && this.identity.kind === 'ntfs') {
      this.#fileSystem = NtfsVolume.open(this.map, { name: this.name });
    }
    return this.#fileSystem ?? null;
  }

  /** The file system; throws a StorageError that names what is there instead. */
  requireFileSystem(): FileSystem {
    const fileSystem = this.openFileSystem();
    if (fileSystem !== null) return fileSystem;
    if (this.dynamic?.obstacle != null) throw this.dynamic.obstacle;
    const { kind, detail } = this.identity;
    const structure = `volume ${this.number}`;
    const place = { image: this.name, structure, offset: this.partition.offset };
    if (kind === 'unknown' && detail !== undefined) {
      throw corrupt('VOLUME_START_UNREADABLE', `${structure} cannot be read from its start: ${detail}`, {
        ...place,
        hint: 'the image is damaged or not whole: compare its size with the original; `pitvault check` lists what is missing; another recovery point may be sound',
      });
    }
    throw unsupported('VOLUME_UNREADABLE', `${structure} is not NTFS: ${plainName(kind)}`, {
      ...place,
      hint: 'pitvault reads NTFS; `pitvault info` lists all volumes of the disk',
    });
  }

  /** The files of the volume, or null when it holds no file system that pitvault reads. */
  async fileSystem(): Promise<VolumeFiles | null> {
    const fileSystem = this.openFileSystem();
    return fileSystem === null ? null : new VolumeFiles(fileSystem, this.name);
  }
}

/**
 * The volume that `wanted` names: a GUID (any of Windows' spellings), a 1-based number, the name of a dynamic volume, or,
 * when undefined, the only one that holds a file system. `lost`: why those of its disk group are not among them.
 */
export function selectVolume(
  volumes: readonly Volume[],
  wanted: string | undefined,
  image: string,
  lost?: string,
): Volume {
  if (wanted === undefined) return onlyVolume(volumes, image);
  const guid = parseGuid(wanted.replace(/^\\\\[?.]\\Volume/i, '').replace(/\\$/, ''));
  const named = volumes.filter(({ dynamic }) => dynamic?.name === wanted);
  if (named.length === 1) return named[0]!;
  const group = lost === undefined ? '' : `; those of its disk group are not known (--disk IMAGE may help): ${lost}`;
  const hint = `it has ${list(volumes)}${group}`;
  if (guid === null && !/^\d+$/.test(wanted)) {
    const message = `"${wanted}" is neither the number nor the GUID nor the name of a volume`;
    throw invalidArgument('VOLUME_NAME_INVALID', message, { image, hint });
  }
  const found = volumes.filter((volume) => (guid === null ? volume.number === Number(wanted) : volume.guid === guid));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw severalVolumes(found, image);
  throw notFound('VOLUME_MISSING', `${image} has no volume ${wanted}`, { image, hint });
}

function onlyVolume(volumes: readonly Volume[], image: string): Volume {
  if (volumes.length === 0) {
    throw notFound('VOLUME_NONE', `${image} has no partitions and no known file system`, {
      image,
      structure: 'partition table',
      offset: 0,
      hint: 'run `pitvault check` on it: the disk may be empty or damaged, or this may not be a disk image',
    });
  }
  const readable = volumes.filter((volume) => volume.identity.kind === 'ntfs');
  if (readable.length === 1) return readable[0]!;
  if (readable.length > 1) throw severalVolumes(readable, image);
  const obstructed = volumes.find(({ dynamic }) => dynamic?.obstacle != null); // says more than the partition it lies in
  return obstructed ?? volumes.find((volume) => volume.identity.kind !== 'empty') ?? volumes[0]!;
}

function severalVolumes(volumes: readonly Volume[], image: string): StorageError {
  return new StorageError('conflict', 'VOLUME_AMBIGUOUS', `${image} has ${volumes.length} volumes that match`, {
    image,
    hint: `choose with --volume NUMBER or --volume GUID: ${list(volumes)}`,
  });
}

function list(volumes: readonly Volume[]): string {
  const names = volumes.map(({ number, guid, dynamic }) =>
    [number, guid === null ? null : `{${guid}}`, dynamic?.name].filter((name) => name != null).join(' '),
  );
  return names.join(', ');
}
