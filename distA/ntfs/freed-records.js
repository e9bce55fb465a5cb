/**
 * Files whose record says that it is free, while a directory still names it under the same sequence number. Whoever deletes a
 * file takes its name away and counts the number up, so such a bit was lost; what the file owned may be another's by now.
 *
 * Invariants:
 * 1. Only directories that free records name as theirs are looked into, each once, and only those that are still there: what
 *    was deleted costs no more than a listing of where it was. Where a free record cannot tell its directories
 *    (damaged, or with names in other records), all are.
 * 2. At most RECORDS_MAX free records are held; what comes behind is not searched for, and that is told.
 */
import { StorageError } from "../errors.js";
import { directoryOf, entryOfKey } from "./file-entry.js";
import { NAMESPACE_DOS } from "./file-name.js";
import { FIRST_USER_RECORD, ROOT_RECORD } from "./file-record.js";
import { openIndex } from "./open-index.js";
import { placeIn } from "./volume-context.js";
const RECORDS_MAX = 1024 * 1024;
export class FreedRecords {
    #files;
    #directories;
    /** Sequence numbers by record. */
    #sequences = new Map();
    #parents = new Set();
    #anywhere = false;
    /** `directories`: all that can be read, without the root. */
    constructor(files, directories) {
        this.#files = files;
        this.#directories = directories;
    }
    /** Notes a free record, as far as its bytes still tell. */
    note(number, { names, sequence, isPartial, defectOffset, ownNames, allNames }) {
        if (this.#sequences.size === RECORDS_MAX)
            return;
        const isTold = names.length > 0;
        const hasOthers = isPartial && ownNames < allNames; // in records that may be another's by now
        if (!isTold && !hasOthers && defectOffset < 0)
            return; // was never a file's, or has lost its names by deletion
        this.#anywhere ||= !isTold || hasOthers;
        for (const { parent } of names)
            this.#parents.add(parent);
        this.#sequences.set(number, sequence);
        if (this.#sequences.size === RECORDS_MAX)
            this.#reportFull();
    }
    /** The names that directories still give to what was noted. Those that mean an earlier file are told, and left out. */
    *named() {
        if (this.#sequences.size === 0)
            return;
        for (const directory of this.#toSearch())
            yield* this.#namedIn(directory);
    }
    *#toSearch() {
        if (this.#anywhere) {
            yield { number: ROOT_RECORD, sequence: 0 };
            yield* this.#directories();
            return;
        }
        for (const number of this.#parents) {
            const sequence = this.#files.directorySequence(number);
            if (sequence !== null)
                yield { number, sequence };
        }
    }
    *#namedIn({ number: parent, sequence: parentSequence }) {
        try {
            const index = openIndex(this.#files, directoryOf(parent, parentSequence));
            for (let key = index.next(); key !== null; key = index.next()) {
                const { number, sequence, name, view, offset } = key;
                const own = this.#sequences.get(number);
                if (own === undefined || key.namespace === NAMESPACE_DOS || number < FIRST_USER_RECORD)
                    continue;
                if (own === sequence)
                    yield { entry: entryOfKey(view, offset, number, sequence, '', name), parent, parentSequence };
                else
                    this.#files.reportStale(number, name);
            }
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.#files.context.findings.addError(error, 'what this directory lists is not known');
        }
    }
    #reportFull() {
        const { context } = this.#files;
        const message = `more than ${RECORDS_MAX} file records are free: whether a directory still names those behind is not looked for`;
        context.findings.add('warning', 'NTFS_FREED_RECORDS_LIMIT', message, placeIn(context, '$MFT'));
    }
}
