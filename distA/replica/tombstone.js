/**
 * `<container>/.pitvault/prune.json`: recovery points that are being removed. From the moment it is durable they are no
 * points any more; it goes when nothing is left of them. Whoever opens the replica for writing finishes what it says.
 * `merge` names states by DataWriteGuid whose files stood on these points when they were named: who has opened one of them
 * before it was merged needs the points still.
 */
import { sidecarFolder } from "../sidecar/sidecar-files.js";
import { badFile, encodeJson, readJson, writeWhole } from "./layout.js";
const FORMAT = 'pitvault prune';
export const tombstonePath = (container) => `${sidecarFolder(container)}/prune.json`;
/** Empty when no pruning is under way. */
export function readTombstone(store, container) {
    return readList(store, container, 'remove').map((one) => {
        const { id, guid } = one;
        if (typeof id !== 'string' || (guid !== null && typeof guid !== 'string'))
            throw badFile(tombstonePath(container), 'remove names no point');
        return { id, guid };
    });
}
export function readMerged(store, container) {
    return readList(store, container, 'merge').map(String);
}
function readList(store, container, key) {
    const path = tombstonePath(container);
    const value = readJson(store, path, FORMAT);
    if (value === null)
        return [];
    const list = value[key];
    if (!Array.isArray(list))
        throw badFile(path, `${key} is no list`);
    return list;
}
/** Durable when this returns. */
export function writeTombstone(store, container, { remove, merge }) {
    writeWhole(store, tombstonePath(container), encodeJson({ format: FORMAT, version: 1, remove, merge }));
    store.syncFolder(sidecarFolder(container));
}
