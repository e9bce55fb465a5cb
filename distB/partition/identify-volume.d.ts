/**
 * What a volume holds, by the signatures of its formats. Only NTFS is read by pitvault; the rest is named, with what its
 * owner can do. Order matters where one format leaves another's signature alone: what stands at the start counts before
 * what stands at the end, the backup boot sector of NTFS.
 */
import type { AddressMap } from '../map/address-map.ts';
export type VolumeKind = 'ntfs' | 'refs' | 'bitlocker' | 'fat12' | 'fat16' | 'fat32' | 'exfat' | 'ext' | 'xfs' | 'btrfs' | 'ldm' | 'storage-spaces' | 'lvm' | 'swap' | 'empty' | 'unknown';
export type VolumeIdentity = {
    readonly kind: VolumeKind;
    readonly label?: string;
    readonly detail?: string;
};
/** What to tell a person about a volume of this kind: a phrase that can stand after a colon. */
export declare function plainName(kind: VolumeKind): string;
/** The same with what is known beside the kind. */
export declare function plainText({ kind, detail }: VolumeIdentity): string;
/** True when this first sector is certainly a file system's boot sector, and so no partition table. */
export declare function isBootSector(sector: Uint8Array): boolean;
/**
 * Names the volume. `partitionType` (as in `Partition.type`) decides for members of pools, which have no signature of
 * their own. Never throws for what is on the disk: an unreadable start is `unknown`, with the reason as detail.
 */
export declare function identifyVolume(volume: AddressMap, partitionType?: string): VolumeIdentity;
/** Whether `identifyVolume` would say NTFS, without finding out what else it may be. */
export declare function isNtfs(volume: AddressMap, partitionType?: string): boolean;
