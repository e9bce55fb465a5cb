/** The catalog of one volume: what shadow copies it has, and which stores it holds, of itself or of other volumes. */
import { hex, viewOf } from "../base/bytes.js";
import { getFiletimeMs } from "../base/filetime.js";
import { corrupt, StorageError } from "../errors.js";
import { readBytes } from "../map/read-map.js";
import { BLOCK_SIZE, CATALOG_ENTRIES, catalogEntryOffset, catalogEntryType, decodeCopyEntry, decodeLocationEntry, decodeVolumeHeader, ENTRY_TYPE, RECORD_TYPE, VOLUME_HEADER_OFFSET, VOLUME_HEADER_SIZE, VSS_GUID, } from "./format.js";
import { recordChain } from "./record.js";
/** What Windows allows of one volume. */
const COPIES_MAX = 512;
/** The catalog, or null when shadow copies were never enabled on the volume. Reads a record of 16 KiB or a few. */
export function readCatalog(volume) {
    const place = { image: volume.name, structure: 'shadow copy volume header', offset: VOLUME_HEADER_OFFSET };
    if (volume.map.size < VOLUME_HEADER_OFFSET + VOLUME_HEADER_SIZE)
        return null;
    const header = decodeVolumeHeader(readBytes(volume.map, VOLUME_HEADER_OFFSET, VOLUME_HEADER_SIZE));
    if (header.guid !== VSS_GUID)
        return null;
    const defects = [];
    if (header.recordType !== RECORD_TYPE.volumeHeader || (header.version !== 1 && header.version !== 2)) {
        const message = `expected record type 1 of version 1 or 2, found type ${header.recordType}, version ${header.version}`;
        defects.push(corrupt('VSS_HEADER_VERSION', message, place));
    }
    const gaps = [];
    const copies = [];
    const locations = [];
    try {
        for (const { record, offset } of recordChain(volume, header.catalogOffset, RECORD_TYPE.catalog, 'catalog')) {
            const view = viewOf(record);
            for (let index = 0; index < CATALOG_ENTRIES; index++) {
                const at = catalogEntryOffset(index);
                switch (catalogEntryType(view, at)) {
                    case ENTRY_TYPE.empty:
                    case ENTRY_TYPE.unused:
                        break;
                    case ENTRY_TYPE.copy: {
                        const entry = decodeCopyEntry(record, view, at);
                        copies.push({ ...entry, createdMs: getFiletimeMs(view, entry.createdAt) });
                        break;
                    }
                    case ENTRY_TYPE.location:
                        locations.push(decodeLocationEntry(record, view, at));
                        break;
                    default: {
                        const message = `catalog entry ${index} at ${hex(offset + at)} has the unknown type ${catalogEntryType(view, at)}`;
                        const where = { image: volume.name, structure: 'catalog entry', offset: offset + at };
                        gaps.push(corrupt('VSS_CATALOG_ENTRY_TYPE', message, where));
                    }
                }
            }
        }
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        gaps.push(error);
    }
    if (copies.length > COPIES_MAX) {
        const message = `the catalog has ${copies.length} shadow copies, Windows makes ${COPIES_MAX} of a volume at most`;
        const where = { image: volume.name, structure: 'catalog', offset: header.catalogOffset };
        gaps.push(corrupt('VSS_CATALOG_COPIES', message, where));
    }
    return {
        header,
        copies: copies.slice(0, COPIES_MAX),
        locations,
        defects: [...defects, ...gaps],
        gap: gaps[0] ?? null,
    };
}
/** Blocks of a volume of this many bytes, the last one maybe in part. */
export function blockCount(size) {
    return Math.ceil(size / BLOCK_SIZE);
}
