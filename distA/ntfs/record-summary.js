/**
 * What a listing needs of a file record, read in one pass over its bytes into an object that is used again: a million
 * files are listed without an object for each attribute.
 *
 * `isPartial` says that the record alone does not tell (attribute list, non-resident reparse point): then
 * `summarise` fills the same object from all attributes of the file.
 */
import { getU64 } from "../base/bytes.js";
import { getFiletimeMs, UNSET_FILETIME_MS } from "../base/filetime.js";
import { StorageError } from "../errors.js";
import { readBytes } from "../map/read-map.js";
import { ATTRIBUTE, findAttributeDefect, RESIDENT_HEADER_SIZE, residentValue, TYPE, } from "./attribute.js";
import { runStream } from "./file-attributes.js";
import { FILE_NAME, fileNameText, holdsFileName, NAMESPACE_DOS } from "./file-name.js";
import { RECORD, RECORD_IS_DIRECTORY, referenceNumber, referenceSequence } from "./file-record.js";
import { decodeReparsePoint, REPARSE_SIZE_MAX } from "./reparse-point.js";
const STANDARD = { created: 0, modified: 8, changed: 16, accessed: 24, attributes: 32 };
const STANDARD_SIZE_MIN = 36;
export class RecordSummary {
    sequence = 0;
    isDirectory = false;
    createdMs = 0;
    modifiedMs = 0;
    changedMs = 0;
    accessedMs = 0;
    attributes = 0;
    size = 0;
    /** Names, short DOS names not counted. */
    links = 0;
    /** The same names; only filled when asked for. */
    names = [];
    reparse = null;
    isPartial = false;
    /** There are names that no record gives: the directories may still have them. */
    hasLostNames = false;
    /** FILE_NAME attributes in the record itself, short DOS names too, and how many the file has by its header. */
    ownNames = 0;
    allNames = 0;
    /** Offset of the attribute at which the walk had to end, relative to the record; -1 when it came to the end. */
    defectOffset = -1;
    #reset(view, base) {
        this.sequence = view.getUint16(base + RECORD.sequence, true);
        this.isDirectory = (view.getUint16(base + RECORD.flags, true) & RECORD_IS_DIRECTORY) !== 0;
        this.createdMs = this.modifiedMs = this.changedMs = this.accessedMs = UNSET_FILETIME_MS;
        this.attributes = 0;
        this.size = 0;
        this.links = 0;
        if (this.names.length > 0)
            this.names = [];
        this.ownNames = 0;
        this.allNames = view.getUint16(base + RECORD.linkCount, true);
        this.reparse = null;
        this.isPartial = false;
        this.hasLostNames = false;
        this.defectOffset = -1;
    }
    /**
     * Reads the record at `base`, fixups applied. `withNames`: fill `names`. Attributes that no listing needs are passed
     * over with no look inside. `alone`: nothing but this record will be asked, so its attribute list ends nothing.
     */
    read(view, base, withNames, alone = false) {
        this.#reset(view, base);
        const end = base + view.getUint32(base + RECORD.usedSize, true);
        let offset = base + view.getUint16(base + RECORD.attributesOffset, true);
        while (offset + 4 <= end) {
            const type = view.getUint32(offset, true);
            if (type === TYPE.end)
                return;
            const length = offset + 8 <= end ? view.getUint32(offset + ATTRIBUTE.length, true) : 0;
            if (length < RESIDENT_HEADER_SIZE || (length & 7) !== 0 || offset + length > end) {
                this.defectOffset = offset - base;
                return;
            }
            if (type <= TYPE.fileName || type === TYPE.data || type === TYPE.reparsePoint) {
                if (findAttributeDefect(view, offset, end) !== null) {
                    this.defectOffset = offset - base;
                    return;
                }
                if (this.#take(view, type, offset, withNames) && !alone)
                    return;
            }
            offset += length;
        }
    }
    /** Takes what an attribute without defect tells; true where the record alone does not tell. */
    #take(view, type, offset, withNames) {
        const isResident = view.getUint8(offset + ATTRIBUTE.nonResident) === 0;
        if (type === TYPE.attributeList || (type === TYPE.reparsePoint && !isResident)) {
            this.isPartial = true;
            return true;
        }
        if (type === TYPE.data) {
            if (view.getUint8(offset + ATTRIBUTE.nameLength) !== 0)
                return false;
            if (isResident)
                this.size = view.getUint32(offset + ATTRIBUTE.valueLength, true);
            else if (getU64(view, offset + ATTRIBUTE.startVcn) === 0)
                this.size = getU64(view, offset + ATTRIBUTE.dataSize);
        }
        else if (isResident) {
            const value = offset + view.getUint16(offset + ATTRIBUTE.valueOffset, true);
            this.#takeResident(view, type, value, view.getUint32(offset + ATTRIBUTE.valueLength, true), withNames);
        }
        return false;
    }
    #takeResident(view, type, value, length, withNames) {
        if (type === TYPE.fileName) {
            if (holdsFileName(view, value, length))
                this.#takeName(view, value, withNames);
        }
        else if (type === TYPE.standardInformation) {
            if (length >= STANDARD_SIZE_MIN)
                this.#takeStandard(view, value);
        }
        else if (type === TYPE.reparsePoint) {
            this.reparse = decodeReparsePoint(new Uint8Array(view.buffer, view.byteOffset + value, length));
        }
    }
    #takeStandard(view, value) {
        this.createdMs = getFiletimeMs(view, value + STANDARD.created);
        this.modifiedMs = getFiletimeMs(view, value + STANDARD.modified);
        this.changedMs = getFiletimeMs(view, value + STANDARD.changed);
        this.accessedMs = getFiletimeMs(view, value + STANDARD.accessed);
        this.attributes = view.getUint32(value + STANDARD.attributes, true);
    }
    #takeName(view, value, withNames) {
        const namespace = view.getUint8(value + FILE_NAME.namespace);
        this.ownNames++;
        if (namespace === NAMESPACE_DOS)
            return;
        this.links++;
        if (!withNames)
            return;
        this.names.push({
            parent: referenceNumber(view, value + FILE_NAME.parent),
            parentSequence: referenceSequence(view, value + FILE_NAME.parent),
            text: fileNameText(view, value),
            namespace,
        });
    }
    /** Reads a file from all its attributes. */
    summarise(context, file) {
        this.#reset(file.record.view, 0);
        this.hasLostNames = file.defect !== null || file.missing.some(({ type }) => type === TYPE.fileName);
        for (const attribute of file.pieces) {
            if (attribute.startVcn !== 0)
                continue;
            if (attribute.type === TYPE.data && attribute.name === '')
                this.size = attribute.dataSize;
            else if (attribute.type === TYPE.reparsePoint)
                this.reparse = readReparsePoint(context, attribute);
            else if (attribute.isResident) {
                const { view } = attribute.record;
                this.#takeResident(view, attribute.type, attribute.valueOffset, attribute.dataSize, true);
            }
        }
    }
}
/** The reparse point of a file, resident or not; null (and a finding) where it cannot be read. */
export function readReparsePoint(context, attribute) {
    if (attribute.isResident)
        return decodeReparsePoint(residentValue(attribute));
    try {
        const stream = runStream(context, attribute, [attribute], null);
        return decodeReparsePoint(readBytes(stream, 0, Math.min(stream.size, REPARSE_SIZE_MAX)));
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        context.findings.addError(error, 'what this file stands for is unknown');
        return null;
    }
}
