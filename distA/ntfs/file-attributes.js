/**
 * All attributes of one file, gathered from its base record and, where it has an attribute list, from its extension
 * records.
 *
 * Invariants:
 * 1. An attribute that is known to exist but cannot be reached is an error when asked for, never "absent": an absent
 *    $DATA would read as an empty file.
 * 2. Extension records are loaded once each and in the list's order; the list is at most 256 KiB, so at most 8192.
 */
import { hex } from "../base/bytes.js";
import { corrupt, StorageError } from "../errors.js";
import { readBytes } from "../map/read-map.js";
import { attributeLabel, decodeAttributes, residentValue, TYPE } from "./attribute.js";
import { ATTRIBUTE_LIST_SIZE_MAX, decodeAttributeList } from "./attribute-list.js";
import { runsOf } from "./run-list.js";
import { RunStream } from "./run-stream.js";
import { detailsIn } from "./volume-context.js";
export class FileAttributes {
    record;
    /** Every piece that was found. */
    pieces;
    /** What the list names but no record gave. */
    missing;
    /** Why there may be more than is known, or null. */
    defect;
    constructor(record, pieces, missing, defect) {
        this.record = record;
        this.pieces = pieces;
        this.missing = missing;
        this.defect = defect;
    }
    /** The first piece of this attribute, or null where the file has none. Throws where that cannot be known. */
    find(type, name) {
        for (const piece of this.pieces) {
            if (piece.type === type && piece.name === name && piece.startVcn === 0)
                return piece;
        }
        for (const lost of this.missing)
            if (lost.type === type && lost.name === name)
                throw lost.error;
        for (const piece of this.pieces)
            if (piece.type === type && piece.name === name)
                throw incomplete(piece);
        if (this.defect !== null)
            throw this.defect;
        return null;
    }
    /** First pieces of all attributes of a type. */
    all(type) {
        return this.pieces.filter((piece) => piece.type === type && piece.startVcn === 0);
    }
    /** All pieces of the attribute, in order. */
    piecesOf(first) {
        const pieces = [];
        for (const piece of this.pieces) {
            if (piece.type === first.type && piece.name === first.name && !piece.isResident)
                pieces.push(piece);
        }
        return pieces.length < 2 ? pieces : pieces.sort((a, b) => a.startVcn - b.startVcn);
    }
    /** Why pieces of this attribute are missing, where that is known. */
    gapError(first) {
        if (this.missing.length === 0)
            return this.defect;
        const lost = this.missing.find((entry) => entry.type === first.type && entry.name === first.name);
        return lost?.error ?? this.defect;
    }
}
function incomplete(piece) {
    const message = `${attributeLabel(piece)}: its first piece is missing, only that from cluster ${hex(piece.startVcn)} on is there`;
    return corrupt('NTFS_ATTRIBUTE_FIRST_PIECE', message, {
        structure: piece.record.what,
        offset: piece.record.offset + piece.offset,
    });
}
/** Gathers the attributes of a base record. Damage is kept in the result; it throws nothing. */
export function gatherAttributes(context, table, record) {
    const own = decodeAttributes(context, record);
    if (own.defect !== null)
        context.findings.addError(own.defect, 'the attributes behind it are lost');
    const list = own.attributes.find((attribute) => attribute.type === TYPE.attributeList);
    if (list === undefined)
        return new FileAttributes(record, own.attributes, [], own.defect);
    try {
        return followList(context, table, record, own.attributes, list);
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        context.findings.addError(error, 'only the attributes of the base record are known');
        return new FileAttributes(record, own.attributes, [], error);
    }
}
function followList(context, table, base, own, list) {
    const { entries, defect } = readAttributeList(context, list);
    const records = new Map([[base.number, own]]);
    const pieces = [];
    const missing = [];
    for (const entry of entries) {
        let attributes = records.get(entry.recordNumber);
        if (attributes === undefined) {
            attributes = extensionAttributes(context, table, base, entry);
            records.set(entry.recordNumber, attributes);
        }
        const found = StorageError.is(attributes)
            ? attributes
            : (matchEntry(attributes, entry) ?? notThere(context, base, entry));
        if (!StorageError.is(found))
            pieces.push(found);
        else {
            missing.push({ type: entry.type, name: entry.name, startVcn: entry.startVcn, error: found });
            context.findings.addError(found, `an attribute of ${base.what} is lost`);
        }
    }
    return new FileAttributes(base, pieces, missing, defect);
}
function extensionAttributes(context, table, base, entry) {
    try {
        const record = table.extension(entry.recordNumber, entry.recordSequence, base);
        return decodeAttributes(context, record).attributes;
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
/** The attribute an entry means: ids are compared first, but not every writer keeps them in step. */
function matchEntry(attributes, entry) {
    const same = attributes.filter((attribute) => attribute.type === entry.type && attribute.name === entry.name && attribute.startVcn === entry.startVcn);
    return same.find((attribute) => attribute.id === entry.id) ?? (same.length === 1 ? same[0] : null);
}
function notThere(context, base, entry) {
    const name = entry.name === '' ? '' : ` "${entry.name}"`;
    return corrupt('NTFS_ATTRIBUTE_LIST_ENTRY', `${base.what} lists attribute ${hex(entry.type)}${name} id ${entry.id} in record ${entry.recordNumber}, which has no such`, detailsIn(context, base.what, base.offset));
}
/** The entries of an attribute list, and the error of the first that breaks a rule. Throws where it cannot be read. */
export function readAttributeList(context, list) {
    const { record } = list;
    if (list.dataSize > ATTRIBUTE_LIST_SIZE_MAX) {
        const message = `attribute list of ${record.what}: expected at most 256 KiB, found ${hex(list.dataSize)}`;
        throw corrupt('NTFS_ATTRIBUTE_LIST_SIZE', message, detailsIn(context, record.what, record.offset + list.offset));
    }
    const bytes = list.isResident
        ? residentValue(list)
        : readBytes(runStream(context, list, [list], null), 0, list.dataSize);
    const { entries, defect } = decodeAttributeList(bytes);
    if (defect === null)
        return { entries, defect: null };
    const error = corrupt('NTFS_ATTRIBUTE_LIST_ENTRY', `attribute list of ${record.what} at ${hex(defect.offset)}: ${defect.message}`, detailsIn(context, record.what, record.offset + list.offset));
    context.findings.addError(error, 'the attributes named behind it are lost');
    return { entries, defect: error };
}
/** A non-resident attribute as a stream of its runs, from the pieces given. */
export function runStream(context, first, pieces, gapError) {
    return new RunStream(context, runsOf(context, pieces, gapError), first);
}
