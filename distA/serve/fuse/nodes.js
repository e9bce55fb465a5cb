/**
 * Node numbers that say by themselves what they stand for: a file record of a volume, or a folder of the tree. So nothing
 * has to be remembered for the kernel, but for links that have several names: the kernel keeps one target for a number, and
 * from another folder that would lead elsewhere, or out of the mount. So each further name of a link has a number of its own.
 */
import { StorageError, unsupported } from "../../errors.js";
const MODE = { directory: 0o040555, file: 0o100444, link: 0o120777 };
const ATTRIBUTE_DIRECTORY = 0x10;
const UNSET_BEFORE_MS = -11_000_000_000_000;
/** Records of a volume, of which NTFS has 2^32 at most: so the number of a node in the millionth volume is still exact. */
const RECORDS = 2 ** 33;
/** From here on are further names of links, in the order in which they were met. */
const PLACES = 2 ** 32;
/** So many are remembered; each is a few hundred bytes. */
const PLACES_MAX = 16_384;
/** Volumes count from 1; below RECORDS are the folders of the tree. A number that no record can have stands for none. */
export function nodeNumber(volume, id) {
    return volume * RECORDS + Math.min(id, RECORDS - 1);
}
/** Entries kept at hand; each is a few hundred bytes. */
const ENTRIES_MAX = 4096;
export class Nodes {
    #tree;
    #entries = new Map();
    /** Further names of links, and where they stand in that list: by volume and path. */
    #places = [];
    #placeNumbers = new Map();
    constructor(tree) {
        this.#tree = tree;
    }
    /** The node of this number, or null where it stands for nothing. Synchronous unless a volume has to be opened. */
    node(number) {
        if (number < RECORDS)
            return this.#rootOrFolder(number);
        const volume = Math.floor(number / RECORDS);
        const id = number % RECORDS;
        const fileSystem = this.#tree.fileSystem(volume);
        // One that was closed meanwhile, to make room for others, and is open again knows nothing of what it had given.
        const known = this.#entries.get(number);
        if (known?.fileSystem === fileSystem)
            return known;
        if (fileSystem instanceof Promise)
            return fileSystem.then((opened) => this.#entry(volume, opened, id));
        return this.#entry(volume, fileSystem, id);
    }
    #rootOrFolder(id) {
        const { root } = this.#tree;
        if (root.kind === 'volume')
            return id === 1 ? this.volumeRoot(root) : null;
        const folder = this.#tree.folder(id);
        return folder === null ? null : { kind: 'folder', folder };
    }
    #entry(volume, fileSystem, id) {
        const entry = id < PLACES ? fileSystem.entry(id) : (this.#places[id - PLACES] ?? null);
        return entry === null ? null : this.of(volume, fileSystem, entry);
    }
    /** The root directory of a volume in the tree. */
    volumeRoot(volume) {
        const open = (fileSystem) => {
            const entry = fileSystem.lookup('/');
            return entry === null ? null : { kind: 'entry', volume: volume.id, fileSystem, entry, isRoot: true };
        };
        const fileSystem = this.#tree.fileSystem(volume.id);
        return fileSystem instanceof Promise ? fileSystem.then(open) : open(fileSystem);
    }
    /** The node of an entry, remembered: it is likely to be asked for next. */
    of(volume, fileSystem, entry) {
        const node = { kind: 'entry', volume, fileSystem, entry, isRoot: entry.path === '/' };
        // The oldest makes room: the others are those of the listing that is being gone through.
        if (this.#entries.size >= ENTRIES_MAX)
            this.#entries.delete(this.#entries.keys().next().value);
        this.#entries.set(nodeNumber(volume, entry.id), node);
        return node;
    }
    /** The entry as it is to be given to the kernel: a link met under a name that is not the one its record leads to is a node of its own. */
    placed(volume, fileSystem, entry) {
        if (!isLink(entry) || homeOf(fileSystem, entry) === entry.path)
            return entry;
        const key = `${volume}:${entry.path}`;
        let place = this.#placeNumbers.get(key);
        if (place === undefined) {
            place = this.#places.length;
            if (place === PLACES_MAX) {
                throw unsupported('FUSE_LINK_NAMES', `${entry.path}: more than ${PLACES_MAX} links have several names`);
            }
            this.#placeNumbers.set(key, place);
            this.#places.push({ ...entry, id: PLACES + place });
        }
        return this.#places[place];
    }
    attributes(node) {
        if (node.kind === 'folder')
            return folderAttributes(node.folder.id, node.folder.modifiedMs);
        const attributes = entryAttributes(node.volume, node.entry);
        const isTreeRoot = node.isRoot && this.#tree.root.kind === 'volume';
        return isTreeRoot ? { ...attributes, node: 1 } : attributes;
    }
}
/** The path that the record of an entry leads to, or null. */
function homeOf(fileSystem, { id }) {
    try {
        return fileSystem.entry(id)?.path ?? null;
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        return null; // of a folder above it the record is lost
    }
}
export function folderAttributes(id, modifiedMs) {
    const time = { accessedMs: modifiedMs, modifiedMs, changedMs: modifiedMs };
    return { node: id, size: 0, ...time, mode: MODE.directory, links: 1 };
}
export function entryAttributes(volume, entry) {
    return {
        node: nodeNumber(volume, entry.id),
        size: isDirectory(entry) ? 0 : entry.size,
        accessedMs: setTime(entry.accessedMs),
        modifiedMs: setTime(entry.modifiedMs),
        changedMs: setTime(entry.changedMs),
        mode: modeOf(entry),
        links: isDirectory(entry) ? 1 : Math.max(1, entry.links),
    };
}
function setTime(ms) {
    return ms > UNSET_BEFORE_MS ? ms : 0;
}
export function isDirectory(entry) {
    return entry.kind === 'directory';
}
export function isLink(entry) {
    return (entry.kind === 'symlink' || entry.kind === 'junction') && entry.target !== undefined;
}
/** A reparse point of another kind on a directory is one nobody can enter here: an empty directory. */
export function modeOf(entry) {
    if (isDirectory(entry))
        return MODE.directory;
    if (isLink(entry))
        return MODE.link;
    return entry.kind !== 'file' && (entry.attributes & ATTRIBUTE_DIRECTORY) !== 0 ? MODE.directory : MODE.file;
}
