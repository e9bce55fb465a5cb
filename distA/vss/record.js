/** Reading records of a catalog or a store, each verified before it is used. */
import { hex } from "../base/bytes.js";
import { corrupt, StorageError } from "../errors.js";
import { readBytes } from "../map/read-map.js";
import { BLOCK_SIZE, decodeRecordHeader, VSS_GUID } from "./format.js";
/** The record at this volume offset. Throws VSS_RECORD_* where it is not the record it should be. */
export function readRecord(volume, offset, type, what) {
    const place = { image: volume.name, structure: what, offset };
    if (!(offset > 0 && offset % BLOCK_SIZE === 0 && offset + BLOCK_SIZE <= volume.map.size)) {
        throw corrupt('VSS_RECORD_OFFSET', `${what}: offset ${hex(offset)} is outside the volume or not aligned`, place);
    }
    const record = readBytes(volume.map, offset, BLOCK_SIZE);
    const header = decodeRecordHeader(record);
    if (header.guid !== VSS_GUID) {
        throw corrupt('VSS_RECORD_SIGNATURE', `${what}: no shadow copy record at ${hex(offset)}`, place);
    }
    if (header.recordType !== type) {
        const message = `${what}: expected record type ${type} at ${hex(offset)}, found ${header.recordType}`;
        throw corrupt('VSS_RECORD_TYPE', message, place);
    }
    if (header.ownOffset !== offset) {
        const message = `${what}: the record at ${hex(offset)} says that it is the one of ${hex(header.ownOffset)}`;
        throw corrupt('VSS_RECORD_MISPLACED', message, place);
    }
    return record;
}
/**
 * The records of a chain, in order. A chain that comes back to a record, or is longer than the volume, is corrupt; what
 * came before stays with the caller.
 */
export function* recordChain(volume, first, type, what) {
    const seen = new Set();
    for (let offset = first; offset !== 0;) {
        if (seen.has(offset)) {
            const message = `${what}: the chain comes back to ${hex(offset)}`;
            throw corrupt('VSS_RECORD_LOOP', message, { image: volume.name, structure: what, offset });
        }
        seen.add(offset);
        const record = readRecord(volume, offset, type, what);
        yield { record, offset };
        offset = decodeRecordHeader(record).nextOffset;
    }
}
/** Runs `read`; what damage it meets is returned instead of thrown. */
export function orDamage(read) {
    try {
        return read();
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
