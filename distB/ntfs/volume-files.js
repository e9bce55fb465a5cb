/** The files of an open volume: records, attributes and letters, for those who list, look up and open. */
import { corrupt, StorageError } from "../errors.js";
import { ATTRIBUTE, RESIDENT_HEADER_SIZE, TYPE } from "./attribute.js";
import { gatherAttributes, runStream } from "./file-attributes.js";
import { RECORD, RECORD_IN_USE, RECORD_IS_DIRECTORY, ROOT_RECORD, referenceNumber, UPCASE_RECORD, } from "./file-record.js";
import { RecordBitmap } from "./record-bitmap.js";
import { RecordSummary } from "./record-summary.js";
import { UPCASE_SIZE, Upcase } from "./upcase.js";
import { placeIn } from "./volume-context.js";
export class VolumeFiles {
    context;
    table;
    bitmap = new RecordBitmap(this);
    #summary = new RecordSummary();
    /** Of the entry asked for last: one file is asked several questions in a row. */
    #last = null;
    #upcase = null;
    constructor(context, table) {
        this.context = context;
        this.table = table;
    }
    /** All attributes of a file. Throws NTFS_RECORD_* where its base record cannot be had. */
    attributes(number, sequence) {
        return gatherAttributes(this.context, this.table, this.table.record(number, sequence));
    }
    attributesOf(entry) {
        if (this.#last?.entry !== entry)
            this.#last = { entry, attributes: this.attributes(entry.id, entry.sequence) };
        return this.#last.attributes;
    }
    /** A non-resident attribute with all its pieces. */
    runStream(file, attribute) {
        return runStream(this.context, attribute, file.piecesOf(attribute), file.gapError(attribute));
    }
    /** The volume's letters; a stand-in, with a finding, where its table cannot be read. */
    get upcase() {
        this.#upcase ??= this.#readUpcase();
        return this.#upcase;
    }
    #readUpcase() {
        try {
            const file = this.attributes(UPCASE_RECORD, 0);
            const data = file.find(TYPE.data, '');
            const place = placeIn(this.context, file.record.what, file.record.offset);
            if (data === null || data.isResident || data.dataSize !== UPCASE_SIZE) {
                const message = `$UpCase: expected ${UPCASE_SIZE} bytes, found ${data?.dataSize ?? 0}`;
                throw corrupt('NTFS_UPCASE_SIZE', message, place);
            }
            return Upcase.read(this.runStream(file, data), place);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.context.findings.addError(error, 'letters are compared as Unicode does', 'warning');
            return Upcase.fallback();
        }
    }
    /**
     * What a listing needs of the file whose record this is: the summary is used again by the next call. `state` tells
     * `unused` records, and those used again since the reference was made, from files.
     */
    summary(number, sequence, withNames) {
        this.table.require(number);
        const window = this.table.window(number);
        if (this.table.defectIn(window, number) !== null)
            throw this.table.errorIn(window, number);
        const base = (number - window.first) * this.table.recordSize;
        if (isStale(window.view, base, sequence))
            return 'stale';
        this.#summary.read(window.view, base, withNames);
        if (this.#summary.isPartial || this.#summary.defectOffset >= 0) {
            this.#summary.summarise(this.context, this.attributes(number, 0));
        }
        return this.#summary;
    }
    /**
     * True when the record that this reference means is free, and was not used since by its sequence number: whoever names it
     * still has lost a file.
     */
    isFreed(number, sequence) {
        return this.freedSummary(number, sequence, false) !== null;
    }
    /** What such a record still tells; null for any other. The summary is used again by the next call. */
    freedSummary(number, sequence, withNames = true) {
        const window = this.table.window(number);
        if (sequence === 0 || this.table.defectIn(window, number) !== null)
            return null;
        const { view } = window;
        const base = (number - window.first) * this.table.recordSize;
        if ((view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) !== 0 || isExtension(view, base))
            return null;
        if (view.getUint16(base + RECORD.sequence, true) !== sequence)
            return null;
        this.#summary.read(view, base, withNames, true);
        return this.#summary;
    }
    /** A name that means a file which is no more. */
    reportStale(number, path) {
        const { context, table } = this;
        const message = `${path}: a stale name, record ${number} is free or holds another file now; it is left out`;
        context.findings.add('warning', 'NTFS_INDEX_STALE', message, placeIn(context, `file record ${number}`, table.offsetOf(number)));
    }
    /** True when there is such a record, in use or not, and nothing is wrong with it. */
    isReadable(number) {
        return number < this.table.count && this.table.defectIn(this.table.window(number), number) === null;
    }
    /** Sequence number of the directory in this record; null when it holds none, or cannot be read. */
    directorySequence(number) {
        if (!(number < this.table.count))
            return null;
        const window = this.table.window(number);
        if (this.table.defectIn(window, number) !== null)
            return null;
        const { view } = window;
        const base = (number - window.first) * this.table.recordSize;
        if (isStale(view, base, 0) || (view.getUint16(base + RECORD.flags, true) & RECORD_IS_DIRECTORY) === 0)
            return null;
        return view.getUint16(base + RECORD.sequence, true);
    }
    /**
     * True when this reference means a file that is neither a directory nor a reparse point, and whose record says so alone:
     * only its head and the types of its attributes are looked at.
     */
    isPlainFile(number, sequence) {
        if (!(number < this.table.count))
            return false;
        const window = this.table.window(number);
        if (this.table.defectIn(window, number) !== null)
            return false;
        const { view } = window;
        const base = (number - window.first) * this.table.recordSize;
        if ((view.getUint16(base + RECORD.flags, true) & RECORD_IS_DIRECTORY) !== 0)
            return false;
        return !isStale(view, base, sequence) && hasPlainAttributes(view, base);
    }
    /** True for what belongs to the file system itself. */
    isSystem(number) {
        return number < 16 && number !== ROOT_RECORD;
    }
}
/** No attribute list and no reparse point among the attributes of the record at `base`; false also where they cannot be told. */
function hasPlainAttributes(view, base) {
    const end = base + view.getUint32(base + RECORD.usedSize, true);
    for (let at = base + view.getUint16(base + RECORD.attributesOffset, true); at + 8 <= end;) {
        const type = view.getUint32(at, true);
        if (type === TYPE.end)
            return true;
        if (type === TYPE.attributeList || type === TYPE.reparsePoint)
            return false;
        const length = view.getUint32(at + ATTRIBUTE.length, true);
        if (length < RESIDENT_HEADER_SIZE)
            return false;
        at += length;
    }
    return false;
}
/**
 * The record at `base` continues another one. Whatever its reference says, one that starts with $STANDARD_INFORMATION is a
 * file's own: that stands in no other.
 */
export function isExtension(view, base) {
    if (referenceNumber(view, base + RECORD.baseReference) === 0)
        return false;
    const first = base + view.getUint16(base + RECORD.attributesOffset, true);
    return !(first + 4 <= view.byteLength && view.getUint32(first, true) === TYPE.standardInformation);
}
/** The record at `base` is free, the continuation of another one, or that of another file than the reference meant. */
function isStale(view, base, sequence) {
    if ((view.getUint16(base + RECORD.flags, true) & RECORD_IN_USE) === 0)
        return true;
    if (isExtension(view, base))
        return true;
    return sequence !== 0 && view.getUint16(base + RECORD.sequence, true) !== sequence;
}
