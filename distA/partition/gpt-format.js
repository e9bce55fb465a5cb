/** GPT on disk (UEFI 2.10, section 5.3), little-endian. Layout only. */
import { getU64, getUtf16, hasAscii, viewOf } from "../base/bytes.js";
import { crc32 } from "../base/crc32.js";
import { getGuid } from "../base/guid.js";
export const HEADER_SIZE_MIN = 92;
export const ENTRY_SIZE_MIN = 128;
const HEADER = {
    signature: 0, // "EFI PART"
    revision: 8, // u32, 0x00010000
    headerSize: 12, // u32
    headerCrc32: 16, // u32, over headerSize bytes with this field zero
    // 20: u32 reserved
    myLba: 24, // u64
    alternateLba: 32, // u64
    firstUsableLba: 40, // u64
    lastUsableLba: 48, // u64, inclusive
    diskGuid: 56, // 16 bytes
    partitionEntryLba: 72, // u64
    numberOfPartitionEntries: 80, // u32
    sizeOfPartitionEntry: 84, // u32
    partitionEntryArrayCrc32: 88, // u32
};
const ENTRY = {
    partitionTypeGuid: 0, // 16 bytes, zero = unused
    uniquePartitionGuid: 16, // 16 bytes
    startingLba: 32, // u64
    endingLba: 40, // u64, inclusive
    attributes: 48, // u64
    partitionName: 56, // 36 UTF-16 units
};
const NAME_UNITS = 36;
/** Decodes the sector that holds a header, 512 bytes or more. */
export function decodeGptHeader(sector) {
    const view = viewOf(sector);
    const headerSize = view.getUint32(HEADER.headerSize, true);
    return {
        hasSignature: hasAscii(sector, HEADER.signature, 'EFI PART'),
        revision: view.getUint32(HEADER.revision, true),
        headerSize,
        headerCrc32: view.getUint32(HEADER.headerCrc32, true),
        headerCrc32Computed: headerCrc(sector, headerSize),
        myLba: getU64(view, HEADER.myLba),
        alternateLba: getU64(view, HEADER.alternateLba),
        firstUsableLba: getU64(view, HEADER.firstUsableLba),
        lastUsableLba: getU64(view, HEADER.lastUsableLba),
        diskGuid: getGuid(sector, HEADER.diskGuid),
        partitionEntryLba: getU64(view, HEADER.partitionEntryLba),
        numberOfPartitionEntries: view.getUint32(HEADER.numberOfPartitionEntries, true),
        sizeOfPartitionEntry: view.getUint32(HEADER.sizeOfPartitionEntry, true),
        partitionEntryArrayCrc32: view.getUint32(HEADER.partitionEntryArrayCrc32, true),
    };
}
/** Over as much of the header as the sector holds: a size beyond it never fits anyway. */
function headerCrc(sector, headerSize) {
    const before = crc32(sector.subarray(0, HEADER.headerCrc32));
    const zeroed = crc32(new Uint8Array(4), before);
    return crc32(sector.subarray(HEADER.headerCrc32 + 4, Math.max(HEADER.headerCrc32 + 4, headerSize)), zeroed);
}
/** An entry whose type is the nil GUID is unused. */
export function isUnusedGptEntry(array, at) {
    for (let i = 0; i < 16; i++)
        if (array[at + ENTRY.partitionTypeGuid + i] !== 0)
            return false;
    return true;
}
export function decodeGptEntry(array, at) {
    const view = viewOf(array);
    const name = getUtf16(view, at + ENTRY.partitionName, NAME_UNITS);
    const end = name.indexOf('\0');
    return {
        partitionTypeGuid: getGuid(array, at + ENTRY.partitionTypeGuid),
        uniquePartitionGuid: getGuid(array, at + ENTRY.uniquePartitionGuid),
        startingLba: getU64(view, at + ENTRY.startingLba),
        endingLba: getU64(view, at + ENTRY.endingLba),
        attributesLow: view.getUint32(at + ENTRY.attributes, true),
        attributesHigh: view.getUint32(at + ENTRY.attributes + 4, true),
        partitionName: end < 0 ? name : name.slice(0, end),
    };
}
