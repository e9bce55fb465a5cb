/**
 * How many files have to be read together for each state, as the files are now: what their sidecars say of it is from the
 * day they were published, and pruning merges files.
 */
import { StorageError } from "../errors.js";
import { parentsOf } from "./merge-states.js";
/** By DataWriteGuid; 1: the disk stands alone. States are given oldest first, as `Container.states` gives them. */
export function depthsOf(container, states) {
    const depths = new Map();
    for (const state of states) {
        const depth = depthOf(container, state, depths);
        if (state.guid !== null && depth !== null)
            depths.set(state.guid, depth);
    }
    return depths;
}
/** Null where nothing tells. A file that stood alone does so ever after, so it is not opened. */
function depthOf(container, state, depths) {
    const published = state.facts?.depth ?? null;
    if (published === 1 || state.guid === null)
        return published; // without a guid it is no readable disk
    try {
        const parents = parentsOf(container, state);
        if (parents === null)
            return 1;
        const below = parents.map((guid) => depths.get(guid)).find((depth) => depth !== undefined);
        return below === undefined ? published : below + 1; // the parent is lost, or tells nothing
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return published; // verification tells of it
        throw error;
    }
}
