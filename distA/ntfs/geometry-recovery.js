/**
 * A volume without a boot sector: its geometry is still in the file table's first record. That record tells its own
 * size, and its clusters against its bytes tell the cluster size; both it and its mirror are searched for by signature.
 *
 * Invariant: at most SEARCH_MAX bytes are read, in chunks of 1 MiB, and first where formatting tools put the table.
 */
import { GIB, getU64, MIB } from "../base/bytes.js";
import { StorageError } from "../errors.js";
import { readMap } from "../map/read-map.js";
import { ATTRIBUTE, findAttributeDefect, TYPE } from "./attribute.js";
import { isBlockSize } from "./boot-sector.js";
import { fileNameText, holdsFileName } from "./file-name.js";
import { prepareRecord, RECORD, SIGNATURE_FILE } from "./file-record.js";
const SEARCH_MAX = 16 * GIB;
const STEP = 512;
const RECORD_SIZE_MAX = 4096;
const CLUSTER_SIZE_MAX = 2 * MIB;
/** The geometry that records 0 and 1 describe, or null where no such records are found. */
export function recoverGeometry(volume) {
    const buffer = new Uint8Array(MIB + RECORD_SIZE_MAX);
    for (const start of searchOrder(volume.size)) {
        const bytes = buffer.subarray(0, Math.min(buffer.length, volume.size - start));
        try {
            readMap(volume, start, bytes);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            continue;
        }
        const geometry = searchChunk(bytes, volume.size);
        if (geometry !== null)
            return geometry;
    }
    return null;
}
/** Chunk offsets: the start, the middle (old mirrors), 3 GiB (Windows' table), then everything in turn. */
function* searchOrder(size) {
    const limit = Math.min(size, SEARCH_MAX);
    const early = Math.min(limit, 64 * MIB);
    for (let start = 0; start < early; start += MIB)
        yield start;
    const middle = Math.floor(size / 2 / MIB) * MIB;
    yield* [middle, Math.max(0, middle - MIB)];
    if (3 * GIB < size)
        yield 3 * GIB;
    for (let start = early; start < limit; start += MIB)
        yield start;
}
function searchChunk(bytes, volumeSize) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let base = 0; base + 2 * STEP <= Math.min(bytes.length, MIB); base += STEP) {
        if (view.getUint32(base, true) !== SIGNATURE_FILE)
            continue;
        const recordSize = view.getUint32(base + RECORD.allocatedSize, true);
        if (!isBlockSize(recordSize) || base + 2 * recordSize > bytes.length)
            continue;
        if (view.getUint32(base + RECORD.recordNumber, true) !== 0)
            continue;
        const table = describe(view, base, recordSize, '$MFT');
        const mirror = table === null ? null : describe(view, base + recordSize, recordSize, '$MFTMirr');
        if (table === null)
            continue;
        return {
            bytesPerSector: STEP,
            clusterSize: table.clusterSize,
            clusterCount: Math.floor(volumeSize / table.clusterSize),
            size: volumeSize,
            mftLcn: table.firstLcn,
            mirrorLcn: mirror?.firstLcn ?? table.firstLcn,
            recordSize,
            indexBlockSize: 4096,
            serial: '0'.repeat(16),
        };
    }
    return null;
}
/** Cluster size and first cluster of the unnamed $DATA of a record that bears this name. */
function describe(view, base, recordSize, name) {
    if (prepareRecord(view, base, recordSize) !== null)
        return null;
    const end = base + view.getUint32(base + RECORD.usedSize, true);
    let offset = base + view.getUint16(base + RECORD.attributesOffset, true);
    let named = false;
    while (offset + 4 <= end && view.getUint32(offset, true) !== TYPE.end) {
        if (findAttributeDefect(view, offset, end) !== null)
            return null;
        const type = view.getUint32(offset, true);
        if (type === TYPE.fileName) {
            const value = offset + view.getUint16(offset + ATTRIBUTE.valueOffset, true);
            named ||= holdsFileName(view, value, end - value) && fileNameText(view, value) === name;
        }
        else if (type === TYPE.data && view.getUint8(offset + ATTRIBUTE.nonResident) !== 0) {
            return named ? describeData(view, offset) : null;
        }
        offset += view.getUint32(offset + ATTRIBUTE.length, true);
    }
    return null;
}
function describeData(view, offset) {
    const clusters = getU64(view, offset + ATTRIBUTE.lastVcn) + 1;
    const clusterSize = getU64(view, offset + ATTRIBUTE.allocatedSize) / clusters;
    const runs = offset + view.getUint16(offset + ATTRIBUTE.runsOffset, true);
    const lengthSize = view.getUint8(runs) & 15;
    const distanceSize = view.getUint8(runs) >> 4;
    if (distanceSize < 1 || distanceSize > 6 || lengthSize > 8)
        return null;
    let firstLcn = 0;
    for (let i = distanceSize; i > 0; i--)
        firstLcn = firstLcn * 256 + view.getUint8(runs + lengthSize + i);
    const isSize = Number.isInteger(Math.log2(clusterSize)) && clusterSize >= STEP && clusterSize <= CLUSTER_SIZE_MAX;
    return isSize && firstLcn > 0 ? { clusterSize, firstLcn } : null;
}
