/** The tape card: which tapes hold the DPM database, to print and keep elsewhere. */
import { runOnDpmdb } from "./run-script.js";
import { TAPE_SCRIPT } from "./scripts.js";
const VALID = 1;
const EXPIRED = 2;
/** Newest first. Throws kind `not-found` for a database that is no DPMDB, or lacks the tables of tapes. */
export async function readTapeCard(tables) {
    const { results } = await runOnDpmdb(TAPE_SCRIPT, tables);
    return [...results[0].rows].map(([path, file, label, barcode, created, expires, life]) => ({
        label: text(label),
        barcode: text(barcode),
        created: text(created),
        expires: text(expires),
        state: life === VALID ? 'valid' : life === EXPIRED ? 'expired' : `life status ${life}`,
        path: text(path),
        file: text(file),
    }));
}
function text(value) {
    return value == null ? null : String(value);
}
