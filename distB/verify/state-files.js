/**
 * The states of one replica as files, oldest first: what verification, usage and pruning go through. A container that
 * pitvault made has a sidecar for each state, which tells their order; in DPM's own the times of capture do.
 */
import { parseGuid } from "../base/guid.js";
import { StorageError } from "../errors.js";
import { dataWriteGuidOf } from "../replica/container.js";
import { readTombstone } from "../replica/tombstone.js";
import { readSidecarHeader } from "../sidecar/sidecar-files.js";
const DISK = 'disk0.vhdx';
/** `container`: the folder of a replica. */
export function listStateFiles(store, container) {
    const name = container.slice(container.lastIndexOf('/') + 1).toLowerCase();
    const states = [];
    const doomed = new Set(readTombstone(store, container).map(({ id }) => id));
    for (const entry of store.list(container)) {
        if (entry.kind !== 'folder' || parseGuid(entry.name) === null)
            continue;
        const folder = `${container}/${entry.name}`;
        const path = `${folder}/${DISK}`;
        if (!store.exists(path))
            continue;
        const dataWriteGuid = dataWriteGuidOf(store, path);
        states.push({
            id: entry.name.toLowerCase(),
            isReplica: entry.name.toLowerCase() === name,
            isGoing: doomed.has(entry.name),
            folder,
            path,
            dataWriteGuid,
            ...factsOf(store, container, dataWriteGuid),
        });
    }
    return inOrder(states);
}
/** By sequence; a state that lost its facts stands before the one that came from it, or else first. */
function inOrder(states) {
    const order = ({ isReplica, facts }) => (isReplica ? Number.POSITIVE_INFINITY : (facts?.sequence ?? 0));
    const known = states.filter(({ isReplica, facts }) => isReplica || facts !== null);
    known.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    for (const state of states) {
        if (known.includes(state))
            continue;
        const next = known.findIndex(({ facts }) => facts !== null && facts.previousGuid === state.dataWriteGuid);
        known.splice(Math.max(0, next), 0, state);
    }
    return known;
}
function factsOf(store, container, guid) {
    if (guid === null)
        return { facts: null, defect: null };
    try {
        return { facts: readSidecarHeader(store, container, guid), defect: null };
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        return { facts: null, defect: error.kind === 'not-found' ? null : error };
    }
}
