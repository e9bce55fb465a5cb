/**
 * Reading leaves that may be damaged. With salvage, bytes that cannot be read become zeros and are listed, to the sector;
 * without it the first error is thrown. Only after a failed read is anything read again.
 */
import { asStorageError } from "../errors.js";
import { shortRead } from "../map/read-map.js";
import { COMPUTED } from "./batch.js";
/** Unreadable bytes are found to this precision. */
const SECTOR = 512;
export class CarefulReader {
    /** Ranges of the map that were replaced by zeros. */
    unreadable = [];
    #salvage;
    constructor(salvage) {
        this.#salvage = salvage;
    }
    /** Fills `bytes`, which stand at `mapOffset` of the map. */
    read(place, mapOffset, bytes) {
        try {
            readLeaf(place, bytes);
        }
        catch (error) {
            this.#narrow(place, mapOffset, bytes, asStorageError(error));
        }
    }
    /** Finds the unreadable sectors by halving. */
    #narrow(place, mapOffset, bytes, error) {
        if (!this.#salvage || error.kind === 'cancelled')
            throw error;
        if (error.code === 'FILE_TRUNCATED' && error.at.offset !== undefined) {
            const whole = Math.max(0, error.at.offset - place.offset); // what stands before the end was read into `bytes`
            this.#lose(mapOffset + whole, bytes.subarray(whole), error);
        }
        else if (bytes.length <= SECTOR || (error.kind !== 'io' && failsEverywhere(place, bytes.length))) {
            this.#lose(mapOffset, bytes, error);
        }
        else {
            const half = Math.max(SECTOR, Math.ceil(bytes.length / 2 / SECTOR) * SECTOR);
            for (let start = 0; start < bytes.length; start += half) {
                const part = bytes.subarray(start, Math.min(bytes.length, start + half));
                this.read({ ...place, offset: place.offset + start }, mapOffset + start, part);
            }
        }
    }
    #lose(offset, bytes, error) {
        bytes.fill(0);
        const last = this.unreadable.at(-1);
        if (last !== undefined && last.offset + last.length === offset && last.error.code === error.code)
            last.length += bytes.length;
        else
            this.unreadable.push({ offset, length: bytes.length, error: error.toJSON() });
    }
}
function readLeaf({ batch, source, offset }, bytes) {
    if (source <= COMPUTED) {
        batch.computed[COMPUTED - source].read(offset, bytes);
        return;
    }
    const file = batch.files[source];
    const count = file.read(offset, bytes);
    if (count < bytes.length)
        throw shortRead(file, offset + count);
}
/** An unreadable leaf fails alike everywhere: no use in halving it down to sectors. */
function failsEverywhere({ batch, source, offset }, length) {
    if (source > COMPUTED)
        return false;
    const probe = new Uint8Array(1);
    const fails = (at) => {
        try {
            batch.computed[COMPUTED - source].read(at, probe);
            return false;
        }
        catch {
            return true; // why it fails is known already; this only asks where
        }
    };
    return fails(offset) && fails(offset + length - 1) && fails(offset + (length >>> 1));
}
