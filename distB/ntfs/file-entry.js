/** Entries of listings, from what a record (or, where that is lost, a directory entry) says. */
import { getFiletimeMs } from "../base/filetime.js";
import { FILE_NAME, FILE_NAME_IS_DIRECTORY, fileNameDataSize } from "./file-name.js";
import { kindOfTag } from "./reparse-point.js";
const ATTRIBUTE_DIRECTORY = 0x10;
export function entryOf(summary, id, path, name) {
    const { isDirectory, reparse } = summary;
    const entry = {
        path,
        name,
        kind: reparse === null ? (isDirectory ? 'directory' : 'file') : kindOfTag(reparse.tag, isDirectory),
        id,
        sequence: summary.sequence,
        size: summary.size,
        createdMs: summary.createdMs,
        modifiedMs: summary.modifiedMs,
        changedMs: summary.changedMs,
        accessedMs: summary.accessedMs,
        attributes: isDirectory ? (summary.attributes | ATTRIBUTE_DIRECTORY) >>> 0 : summary.attributes,
        links: summary.links,
    };
    if (reparse === null)
        return entry;
    const target = reparse.target === undefined ? {} : { target: reparse.target };
    return { ...entry, ...target, reparseTag: reparse.tag };
}
/** The entry of a file whose record is lost, from the key of its directory entry at `offset`. */
export function entryOfKey(view, offset, id, sequence, path, name) {
    const flags = view.getUint32(offset + FILE_NAME.flags, true);
    const isDirectory = (flags & FILE_NAME_IS_DIRECTORY) !== 0;
    return {
        path,
        name,
        kind: isDirectory ? 'directory' : 'file',
        id,
        sequence,
        size: isDirectory ? 0 : fileNameDataSize(view, offset),
        createdMs: getFiletimeMs(view, offset + FILE_NAME.created),
        modifiedMs: getFiletimeMs(view, offset + FILE_NAME.modified),
        changedMs: getFiletimeMs(view, offset + FILE_NAME.changed),
        accessedMs: getFiletimeMs(view, offset + FILE_NAME.accessed),
        attributes: ((flags & ~FILE_NAME_IS_DIRECTORY) | (isDirectory ? ATTRIBUTE_DIRECTORY : 0)) >>> 0,
        links: 1,
    };
}
/** A directory by its record alone, for whoever opens its index. */
export function directoryOf(id, sequence) {
    const unset = { size: 0, createdMs: 0, modifiedMs: 0, changedMs: 0, accessedMs: 0, attributes: 0, links: 1 };
    return { path: '', name: '', kind: 'directory', id, sequence, ...unset };
}
export function childPath(directory, name) {
    return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
