/**
 * The bitmap of the $MFT: which file records are in use. It is asked about records that cannot tell by themselves, because
 * they are empty or cannot be read: a copy tool writes zeros where a disk refused to be read, and a file was there.
 */
import { StorageError } from "../errors.js";
import { readMap } from "../map/read-map.js";
import { residentValue, TYPE } from "./attribute.js";
import { MFT_RECORD } from "./file-record.js";
const PAGE_SIZE = 4096;
export class RecordBitmap {
    #files;
    /** The bits, or null where they cannot be had; undefined until somebody asks. */
    #bits;
    /** The page asked for last; null where it cannot be read: a disk that refuses takes its time for each try. */
    #page = null;
    #pageNumber = -1;
    constructor(files) {
        this.#files = files;
    }
    /** Whether the record is in use; null where that is not known. */
    isUsed(number) {
        try {
            if (this.#bits === undefined)
                this.#bits = this.#open();
            const byte = this.#bits === null ? undefined : this.#byteAt(this.#bits, Math.floor(number / 8));
            return byte === undefined ? null : ((byte >>> (number % 8)) & 1) === 1;
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.#files.context.findings.addError(error, 'which file records are in use is not known there', 'warning');
            this.#bits ??= null;
            return null;
        }
    }
    #open() {
        const file = this.#files.attributes(MFT_RECORD, 0);
        const bitmap = file.find(TYPE.bitmap, '');
        if (bitmap === null)
            return null;
        return bitmap.isResident ? residentValue(bitmap) : this.#files.runStream(file, bitmap);
    }
    #byteAt(bits, index) {
        if (bits instanceof Uint8Array)
            return bits[index];
        if (index >= bits.size)
            return undefined;
        const number = Math.floor(index / PAGE_SIZE);
        if (number !== this.#pageNumber) {
            this.#pageNumber = number;
            this.#page = null;
            const page = new Uint8Array(PAGE_SIZE);
            readMap(bits, number * PAGE_SIZE, page);
            this.#page = page;
        }
        return this.#page?.[index % PAGE_SIZE];
    }
}
