/**
 * Which files lie in a range of the volume: the way back from bytes to names. One pass over the file table, comparing
 * every run of every attribute with the ranges; contents are not read.
 *
 * 1. Ranges that belong to records of the $MFT name the files of those records, also where a record cannot be read.
 * 2. Every name of a file (hard links) is told; files of the file system itself go by their own names (`/$MFT`).
 * 3. What no file owns is free space, or a boot sector; it is not told.
 */
import { StorageError } from "../errors.js";
import { TYPE } from "./attribute.js";
import { FIRST_USER_RECORD, MFT_RECORD, ROOT_RECORD } from "./file-record.js";
import { HOLE, runsOf } from "./run-list.js";
/** What an attribute's clusters are to a person. */
const PARTS = {
    [TYPE.attributeList]: 'attribute list',
    [TYPE.indexAllocation]: 'directory index',
    [TYPE.bitmap]: 'bitmap',
    [TYPE.reparsePoint]: 'reparse point',
};
/** `ranges`: ascending, without overlap. Files of the file system come first, then the others in record order. */
export function* rangeOwners(files, scan, ranges) {
    if (ranges.length === 0)
        return;
    const records = new Map();
    for (let number = 0; number < FIRST_USER_RECORD; number++) {
        if (number === ROOT_RECORD)
            yield* ownedBy(files, number, 0, '/', ranges);
        else
            yield* systemFile(files, number, ranges, records);
    }
    const named = new Set();
    for (const { id, sequence, path } of scan.entries()) {
        const record = records.get(id);
        if (record !== undefined) {
            named.add(id);
            yield { path, part: 'file record', ...record, position: 0 };
        }
        yield* ownedBy(files, id, sequence, path, ranges);
    }
    for (const [number, record] of records) {
        if (named.has(number) || files.isReadable(number))
            continue;
        yield { path: `file record ${number}`, part: 'file record', ...record, position: 0 };
    }
}
/** A file of the file system; of the $MFT also the records that are hit. */
function* systemFile(files, number, ranges, records) {
    const path = `/${systemName(files, number)}`;
    for (const owner of ownedBy(files, number, 0, path, ranges)) {
        if (number !== MFT_RECORD || owner.part !== 'content') {
            yield owner;
            continue;
        }
        const { recordSize } = files.table;
        const first = Math.floor(owner.position / recordSize);
        const end = Math.min(files.table.count, Math.ceil((owner.position + owner.length) / recordSize));
        for (let record = first; record < end; record++) {
            const place = { offset: files.table.offsetOf(record), length: recordSize };
            if (record >= FIRST_USER_RECORD)
                records.set(record, place);
            else
                yield { path: `/${systemName(files, record)}`, part: 'file record', ...place, position: 0 };
        }
    }
}
function* ownedBy(files, number, sequence, path, ranges) {
    const { clusterSize } = files.context.geometry;
    let file;
    try {
        file = files.attributes(number, sequence);
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return; // its record is lost, and told of where the record lies
        throw error;
    }
    for (const first of file.pieces) {
        if (first.isResident || first.startVcn !== 0)
            continue;
        const runs = runsOf(files.context, file.piecesOf(first), file.gapError(first));
        const stream = first.name === '' || first.type !== TYPE.data ? 'content' : `stream ${first.name}`;
        const part = PARTS[first.type] ?? stream;
        for (let index = 0; index < runs.count; index++) {
            const lcn = runs.lcnOf(index);
            if (lcn <= HOLE)
                continue;
            const start = lcn * clusterSize;
            const end = start + runs.lengthOf(index) * clusterSize;
            for (let i = firstEndingBehind(ranges, start); i < ranges.length && ranges[i].offset < end; i++) {
                const offset = Math.max(start, ranges[i].offset);
                const length = Math.min(end, ranges[i].offset + ranges[i].length) - offset;
                yield { path, part, offset, length, position: runs.startOf(index) * clusterSize + offset - start };
            }
        }
    }
}
function systemName(files, number) {
    try {
        const summary = files.summary(number, 0, true);
        if (summary !== 'stale' && summary.names.length > 0)
            return summary.names[0].text;
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
    }
    return `file record ${number}`;
}
function firstEndingBehind(ranges, place) {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (ranges[middle].offset + ranges[middle].length <= place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
