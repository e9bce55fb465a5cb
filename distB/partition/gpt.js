/**
 * GPT: two copies of a header and an entry array, each under a CRC.
 *
 * Invariants:
 * 1. The first copy that is whole counts: the primary at LBA 1, else the backup, found where the primary says, else at
 *    the last LBA. A disk that was expanded has its backup before its end.
 * 2. Where neither array fits its CRC but a header is whole, that header's array is used, and it is said as an error.
 * 3. The sector size is the one under which a copy is whole: images of 4 KiB-sector disks do not always say so.
 * 4. A partition that begins on the disk is kept, clipped to the disk: a cut-off disk keeps its volumes.
 */
import { alignUp, hex, KIB, lengthWithoutZeros } from "../base/bytes.js";
import { crc32 } from "../base/crc32.js";
import { NIL_GUID } from "../base/guid.js";
import { finding } from "../disk/disk-image.js";
import { corrupt, StorageError } from "../errors.js";
import { readBytes, readMap } from "../map/read-map.js";
import { partitionsOf } from "./gpt-entries.js";
import { decodeGptHeader, ENTRY_SIZE_MIN, HEADER_SIZE_MIN } from "./gpt-format.js";
const SPEC = 'UEFI 5.3.2';
const ENTRY_SIZE_MAX = 4096;
const ENTRIES_MAX = 16_384;
const ARRAY_SIZE_MAX = 16 * 1024 * 1024;
/** The table, or null with what was seen of one. Reads a few sectors and the arrays of the copies it needs. */
export function readGpt(disk, image, sectorSizes) {
    const seen = [];
    for (const sectorSize of sectorSizes) {
        const primary = readCopy(disk, image, sectorSize, 1);
        if (primary === null)
            continue;
        if (isWhole(primary)) {
            const table = tableOf(disk, image, primary, []);
            return { table: { ...table, compareCopies: () => backupFindings(disk, image, primary) }, findings: [] };
        }
        seen.push(primary);
    }
    for (const sectorSize of sectorSizes) {
        for (const lba of backupPlaces(disk, sectorSize, seen)) {
            const backup = readCopy(disk, image, sectorSize, lba);
            if (backup === null)
                continue;
            if (isWhole(backup))
                return { table: tableOf(disk, image, backup, [backupUsed(image, backup, seen)]), findings: [] };
            seen.push(backup);
        }
    }
    const defects = seen.map((copy) => finding('error', (copy.headerDefect ?? copy.arrayDefect), SPEC));
    const usable = seen.find((copy) => copy.headerDefect === null && copy.array !== null);
    return usable === undefined
        ? { table: null, findings: defects }
        : { table: tableOf(disk, image, usable, defects), findings: [] };
}
function isWhole(copy) {
    return copy.headerDefect === null && copy.arrayDefect === null;
}
/** A header with its array; null where no signature stands. */
function readCopy(disk, image, sectorSize, lba) {
    const offset = lba * sectorSize;
    if (!(offset + sectorSize <= disk.size))
        return null;
    const sector = tryRead(disk, offset, sectorSize);
    if (sector instanceof StorageError)
        return null;
    const header = decodeGptHeader(sector);
    if (!header.hasSignature)
        return null;
    const place = { image, structure: 'GPT header', offset };
    const headerDefect = findHeaderDefect(disk, header, sectorSize, lba, place);
    if (headerDefect !== null)
        return { header, offset, sectorSize, headerDefect, arrayDefect: null, array: null };
    const length = header.numberOfPartitionEntries * header.sizeOfPartitionEntry;
    const arrayOffset = header.partitionEntryLba * sectorSize;
    const read = tryReadArray(disk, arrayOffset, length);
    if (read instanceof StorageError)
        return { header, offset, sectorSize, headerDefect, arrayDefect: read, array: null };
    const arrayDefect = findArrayDefect(header, read, { image, structure: 'GPT entry array', offset: arrayOffset });
    const used = alignUp(lengthWithoutZeros(read), header.sizeOfPartitionEntry);
    return { header, offset, sectorSize, headerDefect, arrayDefect, array: read.slice(0, used) };
}
function tryRead(disk, offset, length) {
    try {
        return readBytes(disk, offset, length);
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
/** Where arrays of the usual size are read to: of these bytes few are used, and a pool has thousands of disks. */
const scratch = new Uint8Array(16 * KIB);
function tryReadArray(disk, offset, length) {
    if (length > scratch.length)
        return tryRead(disk, offset, length);
    try {
        return scratch.subarray(0, readMap(disk, offset, scratch.subarray(0, length)));
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
function findHeaderDefect(disk, header, sectorSize, lba, at) {
    const where = `GPT header at ${hex(at.offset)}`;
    const { headerSize, sizeOfPartitionEntry: entrySize, numberOfPartitionEntries: entries } = header;
    if (headerSize < HEADER_SIZE_MIN || headerSize > sectorSize) {
        const expected = `expected ${HEADER_SIZE_MIN} to ${sectorSize}`;
        return corrupt('GPT_HEADER_SIZE', `${where} has a size of ${headerSize}, ${expected}`, at);
    }
    if (header.headerCrc32 !== header.headerCrc32Computed) {
        const values = `${hex(header.headerCrc32)}, computed ${hex(header.headerCrc32Computed)}`;
        return corrupt('GPT_HEADER_CRC', `${where} has CRC ${values}`, at);
    }
    if (header.myLba !== lba) {
        return corrupt('GPT_HEADER_LBA', `${where} says it is LBA ${header.myLba}, found at LBA ${lba}`, at);
    }
    if (entrySize < ENTRY_SIZE_MIN || entrySize > ENTRY_SIZE_MAX || entrySize % 8 !== 0) {
        return corrupt('GPT_HEADER_ENTRY_SIZE', `${where} has entries of ${entrySize} bytes, expected 128 times a power of two`, at);
    }
    if (entries > ENTRIES_MAX || entries * entrySize > ARRAY_SIZE_MAX) {
        return corrupt('GPT_HEADER_ENTRY_COUNT', `${where} has ${entries} entries, expected at most ${ENTRIES_MAX}`, at);
    }
    const arrayOffset = header.partitionEntryLba * sectorSize;
    if (!(arrayOffset + entries * entrySize <= disk.size)) {
        return corrupt('GPT_ARRAY_OUTSIDE_DISK', `${where} puts the entry array at ${hex(arrayOffset)}, beyond the disk`, at);
    }
    return null;
}
function findArrayDefect(header, array, at) {
    const computed = crc32(array);
    if (computed === header.partitionEntryArrayCrc32)
        return null;
    const values = `${hex(header.partitionEntryArrayCrc32)}, computed ${hex(computed)}`;
    return corrupt('GPT_ARRAY_CRC', `GPT entry array at ${hex(at.offset)} has CRC ${values}`, at);
}
/** Where a backup may be: where broken primaries say, then the end of the disk. */
function backupPlaces(disk, sectorSize, seen) {
    const told = seen.filter((copy) => copy.sectorSize === sectorSize).map((copy) => copy.header.alternateLba);
    return [...new Set([...told, Math.floor(disk.size / sectorSize) - 1])].filter((lba) => lba > 1);
}
/** Whether the backup of a whole primary is whole too, and says the same. */
function backupFindings(disk, image, primary) {
    const { alternateLba } = primary.header;
    const backup = readCopy(disk, image, primary.sectorSize, alternateLba);
    const at = { image, structure: 'GPT backup header' };
    if (backup === null) {
        const message = `no GPT backup header at LBA ${alternateLba}, where the primary puts it`;
        return [finding('warning', { code: 'GPT_BACKUP_MISSING', message, at }, SPEC)];
    }
    const defect = backup.headerDefect ?? backup.arrayDefect;
    if (defect !== null)
        return [finding('warning', defect, SPEC)];
    const same = backup.header.diskGuid === primary.header.diskGuid &&
        backup.header.partitionEntryArrayCrc32 === primary.header.partitionEntryArrayCrc32;
    if (same)
        return [];
    const message = 'the primary GPT and its backup differ: the primary counts';
    return [finding('warning', { code: 'GPT_COPIES_DIFFER', message, at: { ...at, offset: backup.offset } }, SPEC)];
}
function backupUsed(image, backup, seen) {
    const why = seen.map((copy) => (copy.headerDefect ?? copy.arrayDefect).message).join('; ');
    return finding('warning', {
        code: 'GPT_BACKUP_USED',
        message: `the backup GPT at ${hex(backup.offset)} stands in: ${why || 'there is no primary'}`,
        at: { image, structure: 'GPT header', offset: backup.sectorSize },
    }, SPEC);
}
function tableOf(disk, image, copy, findings) {
    const read = partitionsOf(copy.header, copy.array, copy.sectorSize, disk.size, image);
    const { diskGuid } = copy.header;
    return {
        scheme: 'gpt',
        sectorSize: copy.sectorSize,
        diskId: diskGuid === NIL_GUID ? null : diskGuid,
        partitions: read.partitions,
        findings: [...findings, ...read.findings],
    };
}
