/**
 * What the directories still say of file records that cannot be read: the index of a directory holds a copy of name, kind,
 * size and times of each file in it. So a lost file keeps its path, and the content of a lost directory its place.
 *
 * Invariants:
 * 1. Nothing is read until the first lost record is asked for: then the table once, for the records that are lost, and
 *    the index of every directory that can be read.
 * 2. At most NAMES_MAX records and names are held; on a more damaged volume what comes behind has none, and that is told.
 */
import { StorageError } from "../errors.js";
import { directoryOf, entryOfKey } from "./file-entry.js";
import { NAMESPACE_DOS } from "./file-name.js";
import { ROOT_RECORD } from "./file-record.js";
import { openIndex } from "./open-index.js";
import { placeIn } from "./volume-context.js";
const NAMES_MAX = 256 * 1024;
const NONE = [];
export class LostNames {
    #files;
    #pass;
    #names = null;
    #count = 0;
    constructor(files, pass) {
        this.#files = files;
        this.#pass = pass;
    }
    /** The names that directories give to this record; none for one that is not lost. */
    of(number) {
        this.#names ??= this.#build();
        return this.#names.get(number) ?? NONE;
    }
    #build() {
        const names = new Map();
        for (const number of this.#pass.lost()) {
            if (names.size === NAMES_MAX) {
                this.#reportFull();
                break;
            }
            names.set(number, []);
        }
        this.#collect(names, ROOT_RECORD, 0);
        for (const { number, sequence } of this.#pass.directories()) {
            if (!this.#collect(names, number, sequence)) {
                this.#reportFull();
                break;
            }
        }
        return names;
    }
    /** Notes the names of lost records in one directory; false when there is no room for more. */
    #collect(names, parent, parentSequence) {
        try {
            const index = openIndex(this.#files, directoryOf(parent, parentSequence));
            for (let key = index.next(); key !== null; key = index.next()) {
                const { number, sequence, name, view, offset } = key;
                const known = names.get(number);
                if (known === undefined || key.namespace === NAMESPACE_DOS)
                    continue;
                if (this.#count++ === NAMES_MAX)
                    return false;
                known.push({ entry: entryOfKey(view, offset, number, sequence, '', name), parent, parentSequence });
            }
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.#files.context.findings.addError(error, 'what this directory lists is not known');
        }
        return true;
    }
    #reportFull() {
        const { context } = this.#files;
        const message = `more than ${NAMES_MAX} file records are lost: the names of those behind are not searched for`;
        context.findings.add('warning', 'NTFS_LOST_NAMES_LIMIT', message, placeIn(context, '$MFT'));
    }
}
