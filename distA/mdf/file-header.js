/** The file header (page 0 of every file): which file of which database it is. */
import { getGuid } from "../base/guid.js";
import { corrupt } from "../errors.js";
import { HEADER_SIZE, PageType } from "./page.js";
import { utf16Text } from "./text.js";
/** Variable columns of its record. */
const Column = { bindingId: 0, fileId: 2, size: 4, sectorSize: 15, fileGuid: 23, logicalName: 27 };
/** Throws kind `corrupt` for a page that is no file header. */
export function readFileHeader(page, image) {
    const bad = (why) => corrupt('MDF_FILE_HEADER', `${image} is no SQL Server data file: ${why}`, {
        image,
        structure: 'file header',
        offset: 0,
        hint: 'data files (.mdf, .ndf) and native backups (.bak) can be read',
    });
    if (page.type !== PageType.fileHeader)
        throw bad(`page 0 is of type ${page.type}`);
    const { view, bytes } = page;
    const at = HEADER_SIZE;
    const fixedEnd = at + view.getUint16(at + 2, true);
    if (!(fixedEnd + 2 <= page.recordsEnd))
        throw bad('its header record leaves the page');
    const counts = fixedEnd + 2 + ((view.getUint16(fixedEnd, true) + 7) >> 3);
    if (!(counts + 2 <= page.recordsEnd))
        throw bad('its header record leaves the page');
    const count = view.getUint16(counts, true);
    const ends = counts + 2;
    const column = (index) => {
        if (index >= count)
            return null;
        const start = index === 0 ? ends + 2 * count : at + view.getUint16(ends + 2 * (index - 1), true);
        const end = at + view.getUint16(ends + 2 * index, true);
        return start < end && end <= page.recordsEnd ? { start, end } : null;
    };
    const u32 = (index) => {
        const place = column(index);
        return place === null || place.end - place.start < 4 ? null : view.getUint32(place.start, true);
    };
    const binding = column(Column.bindingId);
    const fileId = column(Column.fileId);
    const name = column(Column.logicalName);
    return {
        bindingId: binding === null || binding.end - binding.start < 16 ? null : getGuid(bytes, binding.start),
        fileId: fileId === null ? page.view.getUint16(36, true) : view.getUint16(fileId.start, true),
        size: u32(Column.size),
        sectorSize: u32(Column.sectorSize),
        logicalName: name === null ? null : utf16Text(bytes, name.start, name.end),
    };
}
