/**
 * Which partition table a disk has, and its partitions.
 *
 * Order of judgement: a file system's boot sector in the first sector means that the whole disk is one volume (it ends in
 * the same two bytes as an MBR, and its code looks like wild partitions); a protective entry means GPT; then an MBR whose
 * entries make sense; then a GPT that lost its MBR; then whatever file system the whole disk may be.
 */
import { finding } from "../disk/disk-image.js";
import { StorageError } from "../errors.js";
import { readBytes, readMap } from "../map/read-map.js";
import { readGpt } from "./gpt.js";
import { identifyVolume, isBootSector } from "./identify-volume.js";
import { decodeMbr, isEmptyTable, isPartitionTable, isProtective, MBR_SIZE, readMbr } from "./mbr.js";
/** Sector sizes under which a GPT is looked for when the disk's own shows none. */
const SECTOR_SIZES = [512, 4096, 1024, 2048];
/** Of disks that have no sectors of 512 bytes. */
const LARGE_SECTOR = 4096;
/** With the first sector comes what a GPT of 512-byte sectors has behind it, into the page cache: it is asked for next. */
const firstRead = new Uint8Array(34 * 512);
/**
 * Reads the table without reading payload. Never throws for what is on the disk: damage is told in `findings`. Of an MBR's
 * sectors nothing tells the size; where that of the disk is only `assumed`, it is the one under which a file system begins.
 */
export function readPartitionTable(disk, options) {
    const { name, sectorSize } = options;
    if (disk.size < MBR_SIZE)
        return { scheme: 'none', sectorSize, diskId: null, partitions: [], findings: [] };
    const findings = [];
    const sector = readFirstSector(disk, findings);
    if (isBootSector(sector))
        return bareTable(disk, sectorSize, findings);
    const mbr = decodeMbr(sector);
    const protective = isProtective(mbr);
    const hasPartitions = isPartitionTable(mbr, disk.size, sectorSize);
    if (protective || !hasPartitions) {
        const sizes = [...new Set([sectorSize, ...SECTOR_SIZES])];
        const gpt = readGpt(disk, name, sizes);
        if (gpt.table !== null) {
            return { ...gpt.table, findings: [...findings, ...mbrFindings(mbr, name), ...gpt.table.findings] };
        }
        findings.push(...gpt.findings);
    }
    if (protective)
        findings.push(gptMissing(name));
    if (hasPartitions) {
        const table = readMbr(disk, mbr, options.isAssumed === true ? likelySize(disk, mbr, sectorSize) : sectorSize, name);
        if (!protective || table.partitions.length > 0)
            return { ...table, findings: [...findings, ...table.findings] };
    }
    else if (!protective && isKnown(disk))
        return bareTable(disk, sectorSize, findings);
    else if (isEmptyTable(mbr))
        return { ...readMbr(disk, mbr, sectorSize, name), findings };
    return { scheme: 'none', sectorSize, diskId: null, partitions: [], findings };
}
/** The first sector, or zeros where it cannot be read: the GPT behind it may still be whole. */
function readFirstSector(disk, findings) {
    try {
        readMap(disk, 0, firstRead);
        return firstRead.slice(0, MBR_SIZE);
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error; // else what is bad may lie behind the first sector
    }
    try {
        return readBytes(disk, 0, MBR_SIZE);
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        findings.push(finding('error', error));
        return new Uint8Array(MBR_SIZE);
    }
}
/** The size of sectors under which one of the primary partitions begins with a boot sector; `assumed` where none does. */
function likelySize(disk, { entries }, assumed) {
    const begins = (offset) => {
        try {
            return offset > 0 && isBootSector(readBytes(disk, offset, MBR_SIZE));
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return false;
            throw error;
        }
    };
    const sizes = [assumed, LARGE_SECTOR];
    return sizes.find((size) => entries.some(({ startLba }) => begins(startLba * size))) ?? assumed;
}
function isKnown(disk) {
    const { kind } = identifyVolume(disk);
    return kind !== 'unknown' && kind !== 'empty';
}
/** A disk that is one volume from its first byte to its last. */
function bareTable(disk, sectorSize, findings) {
    const whole = {
        number: 1,
        type: '',
        typeName: 'whole disk',
        guid: null,
        name: '',
        offset: 0,
        length: disk.size,
        attributes: '0x0',
        flags: [],
    };
    return { scheme: 'bare', sectorSize, diskId: null, partitions: [whole], findings };
}
/** What the MBR of a GPT disk says besides protecting it. */
function mbrFindings(mbr, image) {
    const at = { image, structure: 'MBR', offset: 0 };
    if (!isProtective(mbr)) {
        const message = 'the disk has a GPT but no protective MBR: older tools take it for empty';
        return [finding('warning', { code: 'MBR_PROTECTIVE_MISSING', message, at })];
    }
    if (mbr.entries.filter((entry) => entry.type !== 0).length < 2)
        return [];
    const message = 'the MBR names partitions besides its protective entry (hybrid): the GPT counts';
    return [finding('info', { code: 'MBR_HYBRID', message, at })];
}
function gptMissing(image) {
    return finding('error', {
        code: 'GPT_MISSING',
        message: 'the MBR says that the disk has a GPT, but neither the primary nor the backup can be used',
        at: { image, structure: 'MBR', offset: 0 },
    });
}
