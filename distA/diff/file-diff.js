/** What became of the files of two disks: their volumes in pairs, and what differs in each. */
import { RangeList } from "../base/range-list.js";
import { throwIfCancelled } from "../errors.js";
import { diffDisks } from "./disk-diff.js";
/** Differing bytes, gathered while a diff runs: give `take` to its `onRange`. */
export class DifferingBytes {
    bytes = { changed: new RangeList(), possible: new RangeList(), unreadable: new RangeList() };
    take = ({ offset, length, state }) => this.bytes[state].add(offset, length);
    /** Those of a part of the disk, counted from its start. */
    within(offset, length) {
        const part = new DifferingBytes();
        for (const state of ['changed', 'possible', 'unreadable']) {
            this.bytes[state].within(offset, length, (start, size) => part.bytes[state].add(start - offset, size));
        }
        return part.bytes;
    }
}
/** Volumes with the same partition GUID, or, where there is none, the same place. Those without files are left out. */
export function pairVolumes(before, after) {
    const rest = before.listVolumes().filter(isReadable);
    const pairs = [];
    for (const volume of after.listVolumes().filter(isReadable)) {
        const index = rest.findIndex((other) => volume.guid !== null && other.guid !== null
            ? volume.guid === other.guid
            : volume.partition.offset === other.partition.offset);
        pairs.push({ before: index < 0 ? null : rest.splice(index, 1)[0], after: volume });
    }
    return [...pairs, ...rest.map((volume) => ({ before: volume, after: null }))];
}
function isReadable(volume) {
    return volume.identity.kind === 'ntfs';
}
/** Changes between two turns of the event loop. */
const CHANGES_PER_BREATH = 256;
/**
 * Tells `onFile` what became of the files, volume by volume. `differing`: of the whole disks, as a diff of them told. A
 * volume that was moved, or lies on several disks, is compared anew.
 */
export async function diffFiles(before, after, differing, onFile, options = {}) {
    for (const pair of pairVolumes(before, after))
        await tell(await changesOf(pair, differing, options), onFile, options);
}
/** The same of two volumes, or of one volume at two times. `differing`: of the volumes, as a diff of their maps told. */
export async function diffVolumeFiles(before, after, differing, onFile, options = {}) {
    const changes = after.requireFileSystem().changesSince(before.requireFileSystem(), differing.bytes);
    await tell(filesOf(after.number, changes), onFile, options);
}
async function tell(changes, onFile, { signal }) {
    let told = 0;
    for (const change of changes) {
        onFile(change);
        if (++told % CHANGES_PER_BREATH !== 0)
            continue;
        await new Promise((resolve) => setImmediate(resolve));
        throwIfCancelled(signal);
    }
}
async function changesOf(pair, differing, options) {
    const { before, after } = pair;
    if (before === null || after === null)
        return wholeVolume(pair);
    const [window, earlier] = [wholeWindow(after), wholeWindow(before)];
    let bytes;
    if (window !== null && window.diskOffset === earlier?.diskOffset) {
        bytes = differing.within(window.diskOffset, window.length);
    }
    else {
        const moved = new DifferingBytes();
        await diffDisks(before.map, after.map, { ...options, onRange: moved.take });
        bytes = moved.bytes;
    }
    return filesOf(after.number, after.requireFileSystem().changesSince(before.requireFileSystem(), bytes));
}
/** The volume as one stretch of its disk; null where it lies in several pieces, or not on this disk alone. */
function wholeWindow({ windows, map }) {
    const [window] = windows;
    return window?.offset === 0 && window.length === map.size ? window : null;
}
function* filesOf(volume, changes) {
    for (const change of changes)
        yield { volume, ...change };
}
/** All files of a volume that only one of the disks has. */
function* wholeVolume({ before, after }) {
    const volume = (after ?? before);
    for (const { path, id, size, kind } of volume.requireFileSystem().scan()) {
        const directory = kind === 'directory';
        const sizes = directory ? {} : after === null ? { sizeBefore: size } : { sizeAfter: size };
        yield {
            volume: volume.number,
            kind: after === null ? 'removed' : 'added',
            path,
            id,
            directory,
            ...sizes,
            ranges: [],
        };
    }
}
