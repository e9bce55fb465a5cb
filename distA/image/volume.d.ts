/** One volume of a disk: a window with a name, and the file system in it. */
import { StorageError } from '../errors.ts';
import type { FileSystem } from '../filesystem/file-system.ts';
import type { DynamicVolume } from '../ldm/disk-group.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type VolumeIdentity } from '../partition/identify-volume.ts';
import type { Partition } from '../partition/partition-table.ts';
import { type RecordVolume, type ShadowCopies, type ShadowCopy } from '../vss/shadow-copies.ts';
import { VolumeFiles } from './volume-files.ts';
/** A part of a volume, and where on the disk it begins. Bytes. */
export type VolumeWindow = {
    readonly offset: number;
    readonly diskOffset: number;
    readonly length: number;
};
export declare class Volume {
    #private;
    readonly partition: Partition;
    readonly map: AddressMap;
    readonly name: string;
    /** Where its parts lie, when it is a volume of a disk group (LDM); null for the volume of a partition. */
    readonly dynamic: DynamicVolume | null;
    /** Of a shadow copy: damage of its store that costs no byte of a file. */
    readonly shadowDamage: readonly StorageError[];
    /** `diffAreas` tells which other volumes may hold the stores of this one's shadow copies. */
    constructor(partition: Partition, map: AddressMap, name: string, diffAreas?: () => readonly RecordVolume[], dynamic?: DynamicVolume | null, shadowDamage?: readonly StorageError[]);
    /** 1-based number in its partition table; those of dynamic volumes follow. */
    get number(): number;
    /** Unique partition GUID (lower case), which Windows uses in `\\?\Volume{GUID}\`; null where there is none. */
    get guid(): string | null;
    /** Which bytes of the image's own disk the volume is; of a volume listed by its image, not of a shadow copy. */
    get windows(): readonly VolumeWindow[];
    /** What stands at the start of the volume. */
    get identity(): VolumeIdentity;
    /** The same as asking its identity for NTFS, sooner answered. */
    get isNtfs(): boolean;
    /** The shadow copies of the volume, oldest first. Lists them only: block lists are read when a copy is. */
    get shadowCopies(): ShadowCopies;
    /** The volume as it was when one of its shadow copies was made. */
    shadow(copy: ShadowCopy): Volume;
    /** The file system, opened once, or null when the volume holds none that pitvault reads. */
    openFileSystem(): FileSystem | null;
    /** The file system; throws a StorageError that names what is there instead. */
    requireFileSystem(): FileSystem;
    /** The files of the volume, or null when it holds no file system that pitvault reads. */
    fileSystem(): Promise<VolumeFiles | null>;
}
/**
 * The volume that `wanted` names: a GUID (any of Windows' spellings), a 1-based number, the name of a dynamic volume, or,
 * when undefined, the only one that holds a file system.
 */
export declare function selectVolume(volumes: readonly Volume[], wanted: string | undefined, image: string): Volume;
