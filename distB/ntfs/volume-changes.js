/**
 * What became of the files of a volume between two states of it, from the two file tables and the bytes that differ.
 *
 * Invariants:
 * 1. A file is the same one as long as record number and sequence are; what took its place under its name counts as
 *    the file with other content.
 * 2. Records that did not change, of files whose clusters did not change, cost one look: the tables are read once, the
 *    earlier one only where it differs. No content is read.
 * 3. What a damaged record hides is told as `unreadable`, never left out.
 */
import { RangeList } from "../base/range-list.js";
import { StorageError } from "../errors.js";
import { ATTRIBUTE, findAttributeDefect, residentValue, TYPE } from "./attribute.js";
import { contentChanges } from "./content-changes.js";
import { FIRST_USER_RECORD, RECORD, RECORD_IN_USE, referenceNumber, SIGNATURE_FILE } from "./file-record.js";
import { RecordSummary } from "./record-summary.js";
import { DirectoryPaths } from "./table-scan.js";
const NONE = [];
export function* volumeChanges(before, after, bytes) {
    const [old, now] = [new Side(before), new Side(after)];
    const count = Math.max(before.files.table.count, after.files.table.count);
    const differing = union(bytes);
    for (let number = FIRST_USER_RECORD; number < count; number++) {
        if (!isUnchanged(number, before.files, after.files, differing))
            yield* recordChanges(number, old, now, bytes);
    }
}
/** Ranges of all states in one list. */
function union({ changed, possible, unreadable }) {
    const lists = [changed, possible, unreadable];
    const next = lists.map(() => 0);
    const joined = new RangeList();
    for (;;) {
        let least = -1;
        for (let list = 0; list < lists.length; list++) {
            if (next[list] >= lists[list].count)
                continue;
            if (least < 0 || lists[list].startOf(next[list]) < lists[least].startOf(next[least]))
                least = list;
        }
        if (least < 0)
            return joined;
        const index = next[least]++;
        joined.add(lists[least].startOf(index), lists[least].endOf(index) - lists[least].startOf(index));
    }
}
/** The record is what it was, and so are all clusters that it names; told from the later state alone. */
function isUnchanged(number, before, after, differing) {
    const { table } = after;
    if (number >= table.count || number >= before.table.count)
        return false;
    const place = table.offsetOf(number);
    if (place !== before.table.offsetOf(number) || differing.touches(place, table.recordSize))
        return false;
    const window = table.window(number);
    if (table.defectIn(window, number) !== null)
        return true; // as unreadable as it was
    return !touchesClusters(window, (number - window.first) * table.recordSize, after, differing);
}
/** True also where the record alone does not tell. */
function touchesClusters({ view }, base, files, differing) {
    if ((view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) === 0)
        return false;
    if (referenceNumber(view, base + RECORD.baseReference) !== 0)
        return false; // looked at with its base record
    const { clusterSize } = files.context.geometry;
    const end = base + view.getUint32(base + RECORD.usedSize, true);
    let offset = base + view.getUint16(base + RECORD.attributesOffset, true);
    while (offset + 4 <= end) {
        const type = view.getUint32(offset, true);
        if (type === TYPE.end || type > TYPE.data)
            return false;
        if (type === TYPE.attributeList || findAttributeDefect(view, offset, end) !== null)
            return true;
        const length = view.getUint32(offset + ATTRIBUTE.length, true);
        const isStored = type === TYPE.data && view.getUint8(offset + ATTRIBUTE.nonResident) !== 0;
        if (isStored && runsTouch(view, offset, offset + length, clusterSize, differing))
            return true;
        offset += length;
    }
    return false;
}
/** Walks packed runs in place. Whatever is odd about them counts as touched: then they are looked at with care. */
function runsTouch(view, attribute, end, clusterSize, differing) {
    let offset = attribute + view.getUint16(attribute + ATTRIBUTE.runsOffset, true);
    let lcn = 0;
    while (offset < end) {
        const head = view.getUint8(offset++);
        if (head === 0)
            return false;
        const lengthSize = head & 15;
        const distanceSize = head >> 4;
        if (lengthSize > 6 || distanceSize > 6 || offset + lengthSize + distanceSize > end)
            return true;
        let length = 0;
        for (let i = lengthSize - 1; i >= 0; i--)
            length = length * 256 + view.getUint8(offset + i);
        offset += lengthSize;
        if (distanceSize === 0)
            continue;
        let distance = view.getInt8(offset + distanceSize - 1);
        for (let i = distanceSize - 2; i >= 0; i--)
            distance = distance * 256 + view.getUint8(offset + i);
        offset += distanceSize;
        lcn += distance;
        if (lcn < 0 || differing.touches(lcn * clusterSize, length * clusterSize))
            return true;
    }
    return true;
}
/** One state of the volume. */
class Side {
    files;
    #directories;
    #paths;
    constructor({ files, directories }) {
        this.files = files;
        this.#directories = directories;
        this.#paths = new DirectoryPaths(files);
    }
    /** The file of this record; null where there is none, an error where it cannot be told. */
    file(number) {
        const { table, context } = this.files;
        if (number >= table.count)
            return null;
        try {
            const window = table.window(number);
            const defect = table.defectIn(window, number);
            if (defect !== null)
                return isLoss(this.files, window, number) ? table.errorIn(window, number) : null;
            const base = (number - window.first) * table.recordSize;
            if ((window.view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) === 0)
                return null;
            if (referenceNumber(window.view, base + RECORD.baseReference) !== 0)
                return null;
            const attributes = this.files.attributes(number, 0);
            const summary = new RecordSummary();
            summary.summarise(context, attributes);
            const { sequence, names, isDirectory: directory, size, createdMs, modifiedMs } = summary;
            const facts = [createdMs, modifiedMs, summary.attributes];
            return { number, sequence, attributes, names, directory, size, facts };
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return error;
            throw error;
        }
    }
    /** The file at this path, when there is one that can be read. */
    lookup(path) {
        try {
            const entry = this.#directories.lookup(path);
            const file = entry === null ? null : this.file(entry.id);
            return StorageError.is(file) ? null : file;
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return null;
            throw error;
        }
    }
    /** Null for what belongs to the file system itself. */
    path({ parent, parentSequence, text }) {
        const directory = this.#paths.pathOf(parent, parentSequence);
        return directory === null ? null : `${directory}/${text}`;
    }
    /** The file's first path; null for what belongs to the file system itself. */
    anyPath(file) {
        const [name] = file.names;
        return name === undefined ? `/$Orphans/record ${file.number}` : this.path(name);
    }
}
/** Records that never were in use may hold anything; the others are a loss. */
function isLoss({ table, bitmap }, { view, first, defects }, number) {
    const defect = defects[number - first];
    if (defect === 'EMPTY')
        return bitmap.isUsed(number) === true;
    const base = (number - first) * table.recordSize;
    const inUse = (view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) !== 0;
    return StorageError.is(defect) || inUse || view.getUint32(base, true) !== SIGNATURE_FILE;
}
function* recordChanges(number, before, after, bytes) {
    const [old, now] = [before.file(number), after.file(number)];
    if (StorageError.is(old) || StorageError.is(now)) {
        yield* unreadable(number, before, old, after, now);
        return;
    }
    if (old !== null && now !== null && old.sequence === now.sequence) {
        yield* sameFile(before, old, after, now, bytes);
        return;
    }
    if (old !== null)
        yield* gone(before, old, after);
    if (now !== null)
        yield* come(before, after, now);
}
function* unreadable(number, before, old, after, now) {
    const error = StorageError.is(now) ? now : old;
    const known = StorageError.is(now) ? old : now;
    if (known === null && !StorageError.is(now))
        return; // unreadable then, and nothing now
    const side = StorageError.is(now) ? before : after;
    const isKnown = known !== null && !StorageError.is(known);
    const path = isKnown ? side.anyPath(known) : `/$Orphans/record ${number}`;
    if (path === null)
        return;
    const directory = isKnown && known.directory;
    yield { kind: 'unreadable', path, directory, id: number, ranges: NONE, error: error.toJSON() };
}
function* sameFile(before, old, after, now, bytes) {
    const sizes = now.directory ? {} : { sizeBefore: old.size, sizeAfter: now.size };
    let ranges = NONE;
    if (!now.directory) {
        const states = [
            { files: before.files, file: old.attributes },
            { files: after.files, file: now.attributes },
        ];
        ranges = contentChanges(states[0], states[1], bytes);
    }
    const common = { directory: now.directory, id: now.number, ...sizes, ranges };
    const added = now.names.filter((name) => !old.names.some((other) => isSameName(name, other)));
    const removed = old.names.filter((name) => !now.names.some((other) => isSameName(name, other)));
    for (const name of added) {
        const path = after.path(name);
        const former = removed.shift();
        const from = former === undefined ? null : before.path(former);
        if (path === null)
            continue;
        if (from === null)
            yield { kind: 'added', path, ...common, ranges: NONE };
        else
            yield { kind: 'renamed', path, from, ...common };
    }
    for (const name of removed) {
        const path = before.path(name);
        if (path !== null)
            yield { kind: 'removed', path, ...common, ranges: NONE };
    }
    const isChanged = ranges.length > 0 || isOtherLink(old, now);
    const isTouched = !now.directory && old.facts.some((fact, index) => fact !== now.facts[index]);
    if (!isChanged && !isTouched)
        return;
    // Names that stayed; a renamed file has told of its content with its new name.
    for (const name of now.names) {
        if (added.includes(name))
            continue;
        const path = after.path(name);
        if (path !== null)
            yield { kind: isChanged ? 'changed' : 'touched', path, ...common };
    }
}
/** A link or mount point that leads elsewhere. */
function isOtherLink(old, now) {
    const [a, b] = [old, now].map(({ attributes }) => {
        const point = attributes.all(TYPE.reparsePoint)[0];
        return point?.isResident === true ? residentValue(point) : null;
    });
    if (a == null || b == null)
        return a !== b;
    return Buffer.compare(a, b) !== 0;
}
function isSameName(a, b) {
    return a.parent === b.parent && a.text === b.text;
}
function* gone(before, old, after) {
    for (const name of old.names) {
        const path = before.path(name);
        if (path === null || namesake(path, old, after, before) !== null)
            continue;
        const size = old.directory ? {} : { sizeBefore: old.size };
        yield { kind: 'removed', path, directory: old.directory, id: old.number, ...size, ranges: NONE };
    }
}
function* come(before, after, now) {
    for (const name of now.names) {
        const path = after.path(name);
        if (path === null)
            continue;
        const former = namesake(path, now, before, after);
        const { directory } = now;
        if (former === null) {
            const size = directory ? {} : { sizeAfter: now.size };
            yield { kind: 'added', path, directory, id: now.number, ...size, ranges: NONE };
        }
        else if (!directory) {
            const length = Math.max(former.size, now.size);
            const ranges = length === 0 ? [] : [{ offset: 0, length, state: 'possible' }];
            const sizes = { sizeBefore: former.size, sizeAfter: now.size };
            yield { kind: 'changed', path, directory, id: now.number, ...sizes, ranges };
        }
    }
}
/** The file of the same path and sort in the `other` state, when it is not in the state that `file` is in. */
function namesake(path, file, other, own) {
    const found = other.lookup(path);
    if (found === null || found.directory !== file.directory)
        return null;
    const here = own.file(found.number);
    return here === null || StorageError.is(here) || here.sequence !== found.sequence ? found : null;
}
