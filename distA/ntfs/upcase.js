/**
 * $UpCase: the volume's own idea of which letters are the same, and with it the order of its directories.
 *
 * A table that cannot be one is refused: under one that was overwritten with zeros every name is the same as any other of
 * its length, and a path would lead to another file.
 */
import { corrupt } from "../errors.js";
import { readMap } from "../map/read-map.js";
const UNITS = 65_536;
export const UPCASE_SIZE = 2 * UNITS;
export class Upcase {
    /** Not the volume's own: directories may be sorted otherwise. */
    isStandIn;
    #table;
    constructor(table, isStandIn = false) {
        this.#table = table;
        this.isStandIn = isStandIn;
    }
    /** From the stream of record 10, `UPCASE_SIZE` bytes. Throws what reading it throws, NTFS_UPCASE for what is no such table. */
    static read(stream, place) {
        const bytes = new Uint8Array(UPCASE_SIZE);
        readMap(stream, 0, bytes);
        const table = new Uint16Array(UNITS);
        for (let unit = 0; unit < UNITS; unit++)
            table[unit] = bytes[2 * unit] | (bytes[2 * unit + 1] << 8);
        const wrong = table.findIndex((upper, unit) => !isPlausible(unit, upper));
        if (wrong < 0)
            return new Upcase(table);
        const [unit, upper] = [wrong, table[wrong]].map((one) => `U+${one.toString(16).padStart(4, '0').toUpperCase()}`);
        throw corrupt('NTFS_UPCASE', `$UpCase: the capital of ${unit} cannot be ${upper}`, place);
    }
    /** A stand-in: single letters as Unicode maps them today. */
    static fallback() {
        const table = new Uint16Array(UNITS);
        for (let unit = 0; unit < UNITS; unit++) {
            const upper = String.fromCharCode(unit).toUpperCase();
            table[unit] = upper.length === 1 ? upper.charCodeAt(0) : unit;
        }
        return new Upcase(table, true);
    }
    /** Order of two names with their case ignored: negative, 0 for the same letters, positive. */
    compare(a, b) {
        const table = this.#table;
        const length = Math.min(a.length, b.length);
        for (let i = 0; i < length; i++) {
            const difference = table[a.charCodeAt(i)] - table[b.charCodeAt(i)];
            if (difference !== 0)
                return difference;
        }
        return a.length - b.length;
    }
}
const [A, Z, CASE] = [0x61, 0x7a, 0x20];
/** Of ASCII only letters have capitals; no other unit has one there, or is an end of text. */
function isPlausible(unit, upper) {
    if (unit >= 128)
        return upper >= 128;
    return upper === (unit >= A && unit <= Z ? unit - CASE : unit);
}
