/**
 * Makes an empty VHDX (MS-VHDX 2) in a new file that nobody has seen, so without a log: structures first, headers last,
 * one flush, and then the caller publishes the name.
 *
 * 1. Log at 1 MiB, metadata at 2 MiB, BAT at 3 MiB, then blocks. The first block is aligned to the block size, up to
 *    4 MiB: further would leave a hole that is wider than the structures.
 * 2. The file is extended, never filled: on a file system with holes an empty disk of 64 TiB costs 40 KiB.
 * 3. A fixed disk has every block, one after another; the others have none.
 */
import { alignUp, hex, isPowerOfTwo, KIB, MIB } from "../base/bytes.js";
import { NIL_GUID } from "../base/guid.js";
import { invalidArgument } from "../errors.js";
import { VERSION } from "../version.js";
import { batGeometry } from "./bat.js";
import { encodeFileIdentifier, encodeFileParameters, encodeGuid, encodeHeader, encodeLocator, encodeMetadata, encodeRegionTable, encodeU32, encodeU64, setBatEntry, } from "./encode.js";
import { BAT_ENTRY_SIZE, HEADER_OFFSETS, HEADER_VERSION, METADATA_ITEM, PayloadBlockState, REGION_GUID, REGION_TABLE_OFFSETS, } from "./format.js";
import { VIRTUAL_SIZE_MAX } from "./metadata-items.js";
export const CREATOR = `pitvault ${VERSION}`;
const LOG_OFFSET = MIB;
const LOG_LENGTH = MIB;
const METADATA_OFFSET = 2 * MIB;
const METADATA_LENGTH = MIB;
const BAT_OFFSET = 3 * MIB;
const FIRST_BLOCK_ALIGNMENT_MAX = 4 * MIB;
/** What Windows takes when it is not told: large for bases, small for children, which hold scattered changes. */
const BLOCK_SIZE = 32 * MIB;
const BLOCK_SIZE_CHILD = 2 * MIB;
/** Makes the file and flushes it. Throws invalid-argument for a disk that cannot be. */
export function createVhdx(file, params) {
    const { headers } = writeSkeleton(file, params);
    for (const { offset, bytes } of headers)
        file.write(offset, bytes);
    file.flush(); // B2: no file at all before it, as its name is published afterwards
}
/** Writes everything but the headers; flushes nothing. */
export function writeSkeleton(file, params) {
    const disk = requireParams(params);
    const geometry = batGeometry({ ...disk, virtualDiskSize: disk.size });
    const batLength = alignUp(geometry.entryCount * BAT_ENTRY_SIZE, MIB);
    const firstBlock = alignUp(BAT_OFFSET + batLength, Math.min(disk.blockSize, FIRST_BLOCK_ALIGNMENT_MAX));
    const isFixed = params.type === 'fixed';
    file.write(0, encodeFileIdentifier(CREATOR));
    const regions = encodeRegionTable([
        { guid: REGION_GUID.bat, fileOffset: BAT_OFFSET, length: batLength, required: true },
        { guid: REGION_GUID.metadata, fileOffset: METADATA_OFFSET, length: METADATA_LENGTH, required: true },
    ]);
    for (const offset of REGION_TABLE_OFFSETS)
        file.write(offset, regions);
    file.write(METADATA_OFFSET, encodeMetadata(metadataItems(params, disk)));
    file.truncate(firstBlock + (isFixed ? geometry.blockCount * disk.blockSize : 0));
    if (isFixed)
        writeFixedBat(file, geometry, firstBlock);
    const header = {
        checksum: 0,
        sequenceNumber: 1n,
        fileWriteGuid: params.fileWriteGuid ?? crypto.randomUUID(),
        dataWriteGuid: params.dataWriteGuid ?? crypto.randomUUID(),
        logGuid: NIL_GUID,
        logVersion: 0,
        version: HEADER_VERSION,
        logLength: LOG_LENGTH,
        logOffset: LOG_OFFSET,
    };
    const headers = HEADER_OFFSETS.map((offset, i) => {
        return { offset, bytes: encodeHeader({ ...header, sequenceNumber: BigInt(i) }) };
    });
    return { header, headers };
}
function requireParams(params) {
    const { size, type, parent } = params;
    const hasParent = type === 'differencing';
    const blockSize = params.blockSize ?? (hasParent ? BLOCK_SIZE_CHILD : BLOCK_SIZE);
    const logicalSectorSize = params.logicalSectorSize ?? 512;
    const physicalSectorSize = params.physicalSectorSize ?? 4 * KIB;
    const wrong = (message) => invalidArgument('VHDX_CREATE_PARAMETERS', message);
    if (!isPowerOfTwo(blockSize) || blockSize < MIB || blockSize > 256 * MIB) {
        throw wrong(`block size: expected a power of two from 1 to 256 MiB, found ${hex(blockSize)}`);
    }
    for (const sector of [logicalSectorSize, physicalSectorSize]) {
        if (sector !== 512 && sector !== 4096)
            throw wrong(`sector size: expected 512 or 4096, found ${sector}`);
    }
    if (!(size > 0 && size <= VIRTUAL_SIZE_MAX && size % logicalSectorSize === 0)) {
        throw wrong(`size: expected a multiple of ${logicalSectorSize} up to 64 TiB, found ${size}`);
    }
    if (hasParent !== (parent !== undefined))
        throw wrong(`a ${type} disk ${hasParent ? 'needs' : 'has no'} parent`);
    if (parent !== undefined && locatorPaths(parent).length === 0)
        throw wrong('the parent link names no path');
    return {
        size,
        blockSize,
        logicalSectorSize,
        physicalSectorSize,
        leaveBlockAllocated: type === 'fixed',
        hasParent,
        virtualDiskId: params.virtualDiskId ?? crypto.randomUUID(),
    };
}
function metadataItems({ parent }, disk) {
    const { blockSize, leaveBlockAllocated, hasParent } = disk;
    const ofDisk = { isVirtualDisk: true, isRequired: true };
    const ofFile = { isVirtualDisk: false, isRequired: true };
    const items = [
        {
            itemId: METADATA_ITEM.fileParameters,
            ...ofFile,
            bytes: encodeFileParameters(blockSize, leaveBlockAllocated, hasParent),
        },
        { itemId: METADATA_ITEM.virtualDiskSize, ...ofDisk, bytes: encodeU64(disk.size) },
        { itemId: METADATA_ITEM.virtualDiskId, ...ofDisk, bytes: encodeGuid(disk.virtualDiskId) },
        { itemId: METADATA_ITEM.logicalSectorSize, ...ofDisk, bytes: encodeU32(disk.logicalSectorSize) },
        { itemId: METADATA_ITEM.physicalSectorSize, ...ofDisk, bytes: encodeU32(disk.physicalSectorSize) },
    ];
    if (parent !== undefined) {
        const pairs = [['parent_linkage', `{${parent.identity.toLowerCase()}}`], ...locatorPaths(parent)];
        items.push({ itemId: METADATA_ITEM.parentLocator, ...ofFile, bytes: encodeLocator(pairs) });
    }
    return items;
}
function locatorPaths({ relativePath, volumePath, absoluteWin32Path }) {
    const pairs = [
        ['relative_path', relativePath],
        ['volume_path', volumePath],
        ['absolute_win32_path', absoluteWin32Path],
    ];
    return pairs.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]]));
}
/** All blocks in a row, state FULLY_PRESENT, the entries of sector bitmaps left at 0. */
function writeFixedBat(file, geometry, firstBlock) {
    const { entryCount, chunkRatio, blockSize } = geometry;
    const window = new Uint8Array(Math.min(MIB, alignUp(entryCount * BAT_ENTRY_SIZE, 4 * KIB)));
    const view = new DataView(window.buffer);
    const inWindow = window.length / BAT_ENTRY_SIZE;
    for (let start = 0; start < entryCount; start += inWindow) {
        const count = Math.min(inWindow, entryCount - start);
        window.fill(0);
        for (let i = 0; i < count; i++) {
            const chunk = Math.floor((start + i) / (chunkRatio + 1));
            const inChunk = start + i - chunk * (chunkRatio + 1);
            if (inChunk === chunkRatio)
                continue;
            const block = chunk * chunkRatio + inChunk;
            setBatEntry(view, i * BAT_ENTRY_SIZE, PayloadBlockState.FullyPresent, firstBlock + block * blockSize);
        }
        file.write(BAT_OFFSET + start * BAT_ENTRY_SIZE, window);
    }
}
