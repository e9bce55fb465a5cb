/**
 * One file in the place of several of a chain: what a state's own file and those of removed states below it hold
 * together, over the parent that stays, or over none. The guest sees the same bytes, so the disk keeps its
 * DataWriteGuid, and those that differ from it stay valid.
 *
 * The file is built complete and durable under a name of its own, then renamed over the state's: at each instant the
 * state reads as ever.
 */
import { BELOW, BelowDisk } from "../disk/below-disk.js";
import { StorageError } from "../errors.js";
import { PageCache } from "../io/cached-file.js";
import { extentsOf } from "../map/extent.js";
import { FileMap } from "../map/maps.js";
import { readMap } from "../map/read-map.js";
import { buildVhdx } from "../vhdx/vhdx-builder.js";
import { VhdxFile } from "../vhdx/vhdx-file.js";
import { DISK_FILE, partOf, pointFolder } from "./layout.js";
const PIECE = 1024 * 1024;
/** What a file says of its parent; null when it stands alone. */
export function parentRequestOf(file) {
    let request = null;
    VhdxFile.open(new FileMap(file), {
        name: file.name,
        openParent: (asked) => {
            request = asked;
            return new BelowDisk(asked);
        },
    });
    return request;
}
/** The identities of which the file's parent carries one; null when the file stands alone, or cannot be read. */
export function parentsOf({ store }, { path, guid }) {
    if (guid === null || !store.exists(path))
        return null;
    const file = store.open(path);
    try {
        return parentRequestOf(file)?.identities ?? null;
    }
    finally {
        file.close();
    }
}
/** Builds the file and puts it in place; yields the bytes copied so far. The caller syncs the state's folder. */
export function* mergeRun(container, { files, base }) {
    const { store } = container;
    const [state] = files;
    const part = partOf(state.path);
    if (store.exists(part))
        store.unlink(part);
    let isWhole = false;
    const opened = [];
    const cache = new PageCache();
    const open = (path) => {
        const file = cache.open(store.open(path));
        opened.push(file);
        return file;
    };
    try {
        let disk = base === null ? null : new BelowDisk(sizesOf(open(base.path)));
        for (const { path } of files.toReversed())
            disk = openOver(open(path), disk);
        const writer = buildVhdx(store.create(part), paramsOf(disk, state, base));
        try {
            yield* copyOver(disk, writer, base !== null);
            writer.close(); // it is flushed here
            isWhole = true;
        }
        finally {
            writer.abandon();
        }
    }
    finally {
        for (const file of opened)
            file.close();
        if (!isWhole)
            discard(container, part);
    }
    store.rename(part, state.path); // all is closed: Windows gives no other file the name of one that is open
}
/** It may hold the last space of a full disk. Never throws: the disk that failed the work may fail this too. */
function discard({ store }, part) {
    try {
        if (store.exists(part))
            store.unlink(part);
    }
    catch (error) {
        if (!StorageError.is(error))
            throw error;
    }
}
function openOver(file, below) {
    return VhdxFile.open(new FileMap(file), {
        name: file.name,
        openParent: ({ child }) => {
            if (below !== null)
                return below;
            throw new StorageError('corrupt', 'PARENT_NOT_FOUND', `the parent of ${child} is not in its container`, {
                image: child,
            });
        },
    });
}
function sizesOf(file) {
    return VhdxFile.open(new FileMap(file), { name: file.name, openParent: (request) => new BelowDisk(request) });
}
function paramsOf(disk, { guid }, base) {
    const { virtualDiskId } = disk.describe();
    let lowest = disk;
    while (base === null && lowest.parent !== null)
        lowest = lowest.parent;
    const common = {
        size: disk.size,
        blockSize: lowest.blockSize,
        logicalSectorSize: disk.logicalSectorSize === 4096 ? 4096 : 512,
        virtualDiskId,
        dataWriteGuid: guid,
    };
    if (base === null)
        return { ...common, type: 'dynamic' };
    const parent = { identity: base.guid, relativePath: `..\\${base.id}\\${DISK_FILE}` };
    return { ...common, type: 'differencing', parent };
}
function* copyOver(from, to, hasParent) {
    const buffer = new Uint8Array(PIECE);
    let copied = 0;
    for (const extent of extentsOf(from)) {
        if (isBelow(extent))
            continue;
        if (extent.kind === 'zero') {
            if (hasParent)
                to.trim(extent.offset, extent.length);
            continue;
        }
        const end = extent.offset + extent.length;
        for (let at = extent.offset; at < end; at += PIECE) {
            const bytes = buffer.subarray(0, Math.min(PIECE, end - at));
            readMap(from, at, bytes);
            to.write(at, bytes);
            yield (copied += bytes.length);
        }
    }
}
function isBelow(extent) {
    return extent.kind === 'computed' && extent.source === BELOW;
}
/** For messages and syncs. */
export function folderOf(container, state) {
    return pointFolder(container.path, state.id);
}
