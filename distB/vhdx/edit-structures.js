/**
 * Changes of region tables, metadata items and the BAT's place, as pages that go through the log with the next commit.
 * Each change here is part of one commit that holds as a whole or not at all (MS-VHDX 2.2.3, 2.6).
 */
import { alignUp, MIB, setU64, viewOf } from "../base/bytes.js";
import { StorageError, unsupported } from "../errors.js";
import { encodeRegionTable } from "./encode.js";
import { METADATA_ENTRY, METADATA_ITEM, METADATA_TABLE, REGION_GUID, REGION_TABLE_OFFSETS } from "./format.js";
import { METADATA_PAGE } from "./metadata-pages.js";
/** Puts bytes into the changed pages of the file. */
export function putBytes({ pages }, fileOffset, bytes) {
    for (let done = 0; done < bytes.length;) {
        const page = pages.page(fileOffset + done);
        const inPage = (fileOffset + done) % METADATA_PAGE;
        const part = bytes.subarray(done, done + METADATA_PAGE - inPage);
        page.bytes.set(part, inPage);
        pages.touch(page);
        done += part.length;
    }
}
/** The virtual size, as the next commit will say it. */
export function putVirtualSize(session, size) {
    const { metadata, regions } = session.parts;
    const entry = metadata.entries.find((one) => !one.isUser && one.itemId === METADATA_ITEM.virtualDiskSize);
    const bytes = new Uint8Array(8);
    setU64(viewOf(bytes), 0, size);
    putBytes(session, regions.metadata.fileOffset + entry.offset, bytes);
}
/** A metadata item with other contents, behind all other items of the region; its old place is given up. */
export function putItem(session, itemId, bytes) {
    const { metadata, regions, name } = session.parts;
    const entry = metadata.entries.find((one) => !one.isUser && one.itemId === itemId);
    const end = metadata.entries.reduce((most, one) => Math.max(most, one.offset + one.length), METADATA_TABLE.SIZE);
    const offset = alignUp(end, 8);
    if (offset + bytes.length > regions.metadata.length) {
        throw unsupported('VHDX_METADATA_FULL', 'the metadata region has no room for a changed item', {
            image: name,
            structure: 'metadata',
            offset: regions.metadata.fileOffset,
            hint: 'convert the image to a new file',
        });
    }
    putBytes(session, regions.metadata.fileOffset + offset, bytes);
    const place = new Uint8Array(8);
    viewOf(place).setUint32(0, offset, true);
    viewOf(place).setUint32(4, bytes.length, true);
    putBytes(session, regions.metadata.fileOffset + entry.at + METADATA_ENTRY.offset, place);
}
/** Both region tables, with the BAT in another place. */
export function putBatRegion(session, fileOffset, length) {
    const entries = session.parts.regions.entries.map((entry) => entry.guid === REGION_GUID.bat ? { ...entry, fileOffset, length, required: true } : entry);
    const table = encodeRegionTable(entries);
    for (const offset of REGION_TABLE_OFFSETS)
        putBytes(session, offset, table);
}
/** Commits what was put, in one entry of the log. */
export function commitAtOnce(session) {
    if (session.pages.dirtyCount > session.atomicPagesMax) {
        throw new StorageError('unsupported', 'VHDX_LOG_TOO_SMALL', 'the change does not fit one entry of the log', {
            image: session.parts.name,
            structure: 'log',
        });
    }
    session.flush();
}
/** Ends the session, and cuts off what nothing uses at the end of the file. Returns the bytes cut off. */
export function finishAndTruncate(session) {
    const end = session.space.usedEnd();
    session.finish();
    // The log is given up: it could be replayed only into a file of the length that it knows.
    const spare = Math.max(0, alignUp(session.file.size, MIB) - end);
    if (spare > 0)
        session.file.truncate(end);
    return spare;
}
