/**
 * Puts a VHDX in order that can be read all the same: its dirty log is replayed into it, a header or region table that
 * is not valid is written anew from the other copy. Nothing that the guest sees changes, so children stay valid.
 *
 * Flush points, behind those of the replay (R1 to R4):
 *
 * Q1  the header that is not current, or not valid, with a new FileWriteGuid: the other one still counts
 * Q2  the other header and the region table that is not used: a torn one is as bad as it was
 */
import { bytesEqual } from "../base/bytes.js";
import { FileMap } from "../map/maps.js";
import { readBytes } from "../map/read-map.js";
import { REGION_TABLE, REGION_TABLE_OFFSETS } from "./format.js";
import { HeaderPair } from "./header-pair.js";
import { replayLog } from "./replay-log.js";
import { readParts } from "./vhdx-parts.js";
/** What `repairVhdx` would do. Reads only. Throws what opening throws for a file that cannot be read. */
export function planRepair(file, name = file.name) {
    return actionsFor(readParts(new FileMap(file), { name }, []));
}
/** Repairs the file, which must be open for writing; owns it. Returns what was done. */
export function repairVhdx(file, options = {}) {
    try {
        const name = options.name ?? file.name;
        const newGuid = options.newGuid ?? (() => crypto.randomUUID());
        let parts = readParts(new FileMap(file), { name }, []);
        const actions = actionsFor(parts);
        if (parts.log !== null) {
            replayLog(file, parts, newGuid);
            parts = readParts(new FileMap(file), { name }, []);
        }
        rewriteCopies(file, parts, newGuid);
        return actions;
    }
    finally {
        file.close();
    }
}
function rewriteCopies(file, parts, newGuid) {
    const table = findBadTable(parts);
    if (table === null && parts.headers.slots.every(({ header }) => header !== null))
        return;
    const headers = new HeaderPair(file, parts.headers.current, parts.headers.currentIndex);
    headers.write({ fileWriteGuid: newGuid() });
    file.flush(); // Q1
    headers.write();
    if (table !== null)
        file.write(table, readBytes(parts.file, parts.regions.offset, REGION_TABLE.SIZE));
    file.flush(); // Q2
}
function actionsFor(parts) {
    const actions = [];
    if (parts.log !== null) {
        const count = parts.log.active?.entries.length ?? 0;
        const reason = `the log holds ${count} entries that are not in the file yet`;
        actions.push({ kind: 'replay-log', offset: parts.headers.current.logOffset, reason });
    }
    for (const { offset, defect } of parts.headers.slots) {
        if (defect !== null)
            actions.push({ kind: 'rewrite-header', offset, reason: defect });
    }
    const table = findBadTable(parts);
    if (table !== null) {
        const [told] = parts.regions.compareCopies();
        const reason = told?.message ?? 'it is not valid; the other one is used';
        actions.push({ kind: 'rewrite-region-table', offset: table, reason });
    }
    return actions;
}
/** The region table that is not used, when it is not the same as the one that is. */
function findBadTable({ file, regions }) {
    const other = REGION_TABLE_OFFSETS.find((offset) => offset !== regions.offset);
    const [used, copy] = [regions.offset, other].map((offset) => readBytes(file, offset, REGION_TABLE.SIZE));
    return bytesEqual(used, copy) ? null : other;
}
