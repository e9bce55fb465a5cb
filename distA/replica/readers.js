/**
 * Who reads states of a replica, by the leases in its pool, and whether that is in the way of a pruning: a reader of a
 * state reads the files of its chain, so it is when any of them goes or is merged. See image/reader-lease.ts.
 */
import { StorageError, throwIfCancelled } from "../errors.js";
import { ALL_STATES } from "../image/reader-lease.js";
import { claimantText } from "../io/claim.js";
import { livenessOf, ownIdentity } from "../io/process-identity.js";
import { diskPath } from "./layout.js";
import { parentRequestOf } from "./merge-states.js";
import { readMerged, readTombstone } from "./tombstone.js";
/**
 * Readers of points that are being removed, of what stands on them, or stood when that began, or of every state. After a
 * merge nobody can tell from the files who has opened them before.
 */
export function readersInTheWay(container, readers) {
    const doomed = readTombstone(container.store, container.path);
    if (doomed.length === 0)
        return [];
    const own = readers().filter(({ subject }) => subject.startsWith(`${container.replicaId}.`));
    if (own.length === 0)
        return [];
    const gone = new Set([...doomed.map(({ guid }) => guid), ...readMerged(container.store, container.path)]);
    const paths = new Map();
    for (const { id, guid } of doomed)
        paths.set(guid, diskPath(container.path, id));
    for (const { guid, path } of container.states())
        paths.set(guid, path);
    return own.filter(({ subject }) => {
        const state = subject.slice(container.replicaId.length + 1);
        return state === ALL_STATES || standsOn(container, state, gone, paths);
    });
}
/** A state that is not there any more counts: nobody knows what its reader still needs. */
function standsOn({ store }, state, gone, paths) {
    const seen = new Set();
    for (let guid = state; guid !== undefined && !seen.has(guid);) {
        if (gone.has(guid))
            return true;
        seen.add(guid);
        const path = paths.get(guid);
        if (path === undefined || !store.exists(path))
            return true;
        const file = store.open(path);
        try {
            const identities = parentRequestOf(file)?.identities ?? [];
            if (identities.length === 0)
                return false;
            guid = identities.find((one) => paths.has(one)); // a parent that is lost is nobody's to remove
        }
        finally {
            file.close();
        }
    }
    return false;
}
export const WAIT_DEFAULT_MS = 60_000;
const LOOK_MS = 100;
/**
 * Resolves when everybody has gone who was in the way at first. Who comes later finds the tombstone, or merged files, so
 * that a pool that is always read from is pruned all the same.
 */
export async function awaitReaders(container, readers, options) {
    const { waitMs = WAIT_DEFAULT_MS, signal, onWait } = options;
    const until = performance.now() + waitMs;
    let first = null;
    for (;;) {
        const all = readersInTheWay(container, readers);
        first ??= new Set(all.map(({ path }) => path));
        const found = all.filter(({ path }) => first?.has(path));
        if (found.length === 0)
            return;
        if (performance.now() >= until)
            throw readersRemain(container, found);
        onWait?.(found);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        throwIfCancelled(signal);
    }
}
function readersRemain({ path }, readers) {
    const own = ownIdentity();
    const who = [...new Set(readers.map((reader) => claimantText(reader, own)))].join(', ');
    const unknown = readers.filter(({ identity }) => livenessOf(identity, own) === 'unknown');
    const byHand = `; if you are certain that it is gone, remove ${unknown.map((reader) => reader.path).join(', ')}`;
    return new StorageError('conflict', 'PRUNE_READERS', `${path}: what is to go is read by ${who}`, {
        image: readers[0].path,
        structure: 'lease',
        hint: `let it finish or end it (pitvault mounts lists mounts), then prune again: the points are listed no more, and all else is as it was${unknown.length > 0 ? byHand : ''}`,
    });
}
