/**
 * What a volume holds, by the signatures of its formats. Only NTFS is read by pitvault; the rest is named, with what its
 * owner can do. Order matters where one format leaves another's signature alone: what stands at the start counts before
 * what stands at the end, the backup boot sector of NTFS.
 */
import { hasAscii, isZero, viewOf } from "../base/bytes.js";
import { getGuid } from "../base/guid.js";
import { StorageError } from "../errors.js";
import { readBytes, readMap } from "../map/read-map.js";
import { MBR_TYPE, mbrTypeText, TYPE_GUID } from "./partition-types.js";
const SECTOR_SIZE = 512;
const HEAD_SIZE = 4096;
const BTRFS_SUPERBLOCK = 64 * 1024;
/** An unformatted partition is zero at least this far. */
const EMPTY_SIZE = BTRFS_SUPERBLOCK + HEAD_SIZE;
/** BitLocker To Go looks like FAT32; one of these identifiers at 424 tells. */
const BITLOCKER_GUID_OFFSET = 424;
const BITLOCKER_GUIDS = ['4967d63b-2e29-4ad8-8399-f6a339e3d001', '92a84d3b-dd80-4d0e-9e4e-b1e3284eaed8'];
const PLAIN_NAMES = {
    ntfs: 'NTFS',
    refs: 'ReFS: attach the disk on Windows Server of the same or a newer version and copy the files there',
    bitlocker: 'encrypted with BitLocker: attach it on Windows, unlock it with its recovery key (manage-bde -unlock), turn BitLocker off or copy the files there',
    fat12: 'FAT12: any operating system reads it',
    fat16: 'FAT16: any operating system reads it',
    fat32: 'FAT32: any operating system reads it',
    exfat: 'exFAT: any operating system reads it',
    ext: 'a Linux file system (ext): mount it on Linux',
    xfs: 'a Linux file system (XFS): mount it on Linux',
    btrfs: 'a Linux file system (Btrfs): mount it on Linux',
    ldm: 'part of a Windows dynamic disk (LDM): its volumes, which can span several disks, are listed behind the partitions',
    'storage-spaces': 'part of a Storage Spaces pool: attach all disks of the pool on Windows, which assembles the virtual disks',
    lvm: 'part of a Linux volume group (LVM): activate it on Linux (vgchange -ay)',
    swap: 'Linux swap space: it holds no files',
    empty: 'empty: nothing was ever written to its start',
    unknown: 'no file system that pitvault knows: it may be encrypted, damaged, or in use by an application as it is',
};
/** What to tell a person about a volume of this kind: a phrase that can stand after a colon. */
export function plainName(kind) {
    return PLAIN_NAMES[kind];
}
/** The same with what is known beside the kind. */
export function plainText({ kind, detail }) {
    if (kind === 'unknown' && detail !== undefined)
        return `its start cannot be read: ${detail}`;
    return PLAIN_NAMES[kind];
}
/** True when this first sector is certainly a file system's boot sector, and so no partition table. */
export function isBootSector(sector) {
    return identifyBootSector(sector) !== null;
}
/**
 * Names the volume. `partitionType` (as in `Partition.type`) decides for members of pools, which have no signature of
 * their own. Never throws for what is on the disk: an unreadable start is `unknown`, with the reason as detail.
 */
export function identifyVolume(volume, partitionType) {
    const byType = partitionType === undefined ? null : identifyByType(partitionType);
    if (byType !== null)
        return byType;
    const head = tryRead(volume, 0, HEAD_SIZE);
    if (head instanceof Uint8Array) {
        const found = identifyBootSector(head) ?? identifySuperblock(volume, head);
        if (found !== null)
            return found;
    }
    if (hasBackupBootSector(volume))
        return { kind: 'ntfs', detail: 'only the backup boot sector is intact' };
    if (!(head instanceof Uint8Array))
        return { kind: 'unknown', detail: head.message };
    return { kind: isEmpty(volume) ? 'empty' : 'unknown' };
}
const PIECE_SIZE = 4 * HEAD_SIZE;
let piece;
/** Whether `identifyVolume` would say NTFS, without finding out what else it may be. */
export function isNtfs(volume, partitionType) {
    if (partitionType !== undefined && identifyByType(partitionType) !== null)
        return false;
    const sector = tryRead(volume, 0, SECTOR_SIZE);
    const kind = sector instanceof Uint8Array ? identifyBootSector(sector)?.kind : undefined;
    if (kind !== undefined)
        return kind === 'ntfs';
    return hasBackupBootSector(volume) && identifyVolume(volume, partitionType).kind === 'ntfs';
}
/** True when the volume is zero as far as file systems begin. */
function isEmpty(volume) {
    piece ??= new Uint8Array(PIECE_SIZE);
    try {
        for (let at = 0; at < Math.min(EMPTY_SIZE, volume.size); at += PIECE_SIZE) {
            if (!isZero(piece, 0, readMap(volume, at, piece)))
                return false;
        }
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return false;
        throw error;
    }
    return true;
}
function identifyByType(type) {
    switch (type) {
        case TYPE_GUID.ldmMetadata:
            return { kind: 'ldm', detail: 'database' };
        case TYPE_GUID.ldmData:
        case mbrTypeText(MBR_TYPE.ldm):
            return { kind: 'ldm', detail: 'data' };
        case TYPE_GUID.storageSpaces:
        case mbrTypeText(MBR_TYPE.storageSpaces):
            return { kind: 'storage-spaces' };
        default:
            return null;
    }
}
function tryRead(volume, offset, length) {
    try {
        return readBytes(volume, offset, length);
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
/** Formats that show in the first 512 bytes. */
function identifyBootSector(sector) {
    if (sector.length < 512)
        return null;
    if (hasAscii(sector, 3, '-FVE-FS-'))
        return { kind: 'bitlocker', detail: sector[1] === 0x52 ? 'Vista' : 'Windows 7 or newer' };
    if (hasAscii(sector, 3, 'MSWIN4.1') && isBitLockerToGo(sector))
        return { kind: 'bitlocker', detail: 'BitLocker To Go' };
    if (hasAscii(sector, 3, 'NTFS    '))
        return { kind: 'ntfs' };
    if (hasAscii(sector, 3, 'ReFS\0\0\0\0') && hasAscii(sector, 16, 'FSRS')) {
        return { kind: 'refs', detail: `version ${sector[40]}.${sector[41]}` };
    }
    if (hasAscii(sector, 3, 'EXFAT   '))
        return { kind: 'exfat' };
    return identifyFat(sector);
}
function isBitLockerToGo(sector) {
    return BITLOCKER_GUIDS.includes(getGuid(sector, BITLOCKER_GUID_OFFSET));
}
function identifyFat(sector) {
    const view = viewOf(sector);
    const jumps = sector[0] === 0xeb || sector[0] === 0xe9;
    const bytesPerSector = view.getUint16(11, true);
    const clusters = sector[13];
    const isGeometry = [512, 1024, 2048, 4096].includes(bytesPerSector) && clusters !== 0 && (clusters & (clusters - 1)) === 0;
    if (!jumps || !isGeometry || sector[16] === 0 || view.getUint16(14, true) === 0)
        return null;
    if (hasAscii(sector, 82, 'FAT32   '))
        return withLabel('fat32', latin(sector, 71, 11));
    if (hasAscii(sector, 54, 'FAT16   '))
        return withLabel('fat16', latin(sector, 43, 11));
    if (hasAscii(sector, 54, 'FAT12   '))
        return withLabel('fat12', latin(sector, 43, 11));
    return null;
}
/** Formats that show behind the first sector, or start with no boot sector at all. */
function identifySuperblock(volume, head) {
    if (head.length < HEAD_SIZE)
        return null;
    const view = viewOf(head);
    if (hasAscii(head, 0, 'XFSB'))
        return withLabel('xfs', latin(head, 108, 12));
    for (let sector = 0; sector < 4; sector++) {
        if (hasAscii(head, sector * 512, 'LABELONE') && hasAscii(head, sector * 512 + 24, 'LVM2 001'))
            return { kind: 'lvm' };
    }
    if (hasAscii(head, HEAD_SIZE - 10, 'SWAPSPACE2'))
        return withLabel('swap', latin(head, 1052, 16));
    if (view.getUint16(1024 + 56, true) === 0xef53)
        return identifyExt(head, view);
    const superblock = tryRead(volume, BTRFS_SUPERBLOCK, HEAD_SIZE);
    if (superblock instanceof Uint8Array && hasAscii(superblock, 64, '_BHRfS_M')) {
        return withLabel('btrfs', text(superblock, 0x12b, 256));
    }
    return null;
}
/** ext2, 3 and 4 share the superblock and differ by features. */
function identifyExt(head, view) {
    const logBlockSize = view.getUint32(1024 + 24, true);
    if (logBlockSize > 6)
        return null; // two bytes of magic alone are not enough
    const compatible = view.getUint32(1024 + 92, true);
    const incompatible = view.getUint32(1024 + 96, true);
    const detail = (incompatible & 0x2c0) !== 0 ? 'ext4' : (compatible & 4) !== 0 ? 'ext3' : 'ext2'; // extents, 64bit, flex_bg
    return { ...withLabel('ext', text(head, 1024 + 120, 16)), detail };
}
/** NTFS keeps a copy of its boot sector in the last sector of the partition, of 512 or 4096 bytes: one read for both. */
function hasBackupBootSector(volume) {
    const size = Math.min(HEAD_SIZE, volume.size - SECTOR_SIZE);
    if (size < SECTOR_SIZE)
        return false;
    const end = tryRead(volume, volume.size - size, size);
    if (end instanceof Uint8Array)
        return isBackup(end, size - SECTOR_SIZE) || isBackup(end, 0);
    // What is bad may be neither of them.
    return [SECTOR_SIZE, size].some((before) => {
        const sector = tryRead(volume, volume.size - before, SECTOR_SIZE);
        return sector instanceof Uint8Array && isBackup(sector, 0);
    });
}
function isBackup(bytes, offset) {
    return hasAscii(bytes, offset + 3, 'NTFS    ') && isSigned(bytes.subarray(offset));
}
/** Every boot sector ends so. */
function isSigned(sector) {
    return sector[510] === 0x55 && sector[511] === 0xaa;
}
function withLabel(kind, label) {
    return label === '' || label === 'NO NAME' ? { kind } : { kind, label };
}
/** Text of an older format, padded with blanks or NULs. */
function latin(bytes, offset, length) {
    let label = '';
    for (let i = offset; i < offset + length && bytes[i] !== 0; i++)
        label += String.fromCharCode(bytes[i]);
    return label.trimEnd();
}
/** UTF-8 up to its NUL. */
function text(bytes, offset, length) {
    return new TextDecoder('utf-8').decode(bytes.subarray(offset, offset + length)).replace(/\0.*$/s, '');
}
