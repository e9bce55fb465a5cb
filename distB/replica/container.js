/**
 * The container of one replica on a FileStore: which states it holds, and their disks opened over their parents.
 *
 * 1. A state is known by the DataWriteGuid of its disk, whatever folder that lies in; its sidecar says the rest.
 * 2. Parents are looked for where the child says (`..\<PITId>\disk0.vhdx`), then by identity among all states.
 */
import { parseGuid } from "../base/guid.js";
import { notFound, StorageError } from "../errors.js";
import { makeOpenParent } from "../image/image-chain.js";
import { FileMap } from "../map/maps.js";
import { readSidecarHeader } from "../sidecar/sidecar-files.js";
import { readDataWriteGuid, VhdxFile } from "../vhdx/vhdx-file.js";
import { diskPath, replicaIdOf } from "./layout.js";
import { readTombstone } from "./tombstone.js";
export class Container {
    path;
    replicaId;
    store;
    constructor(store, path) {
        this.store = store;
        this.path = path;
        this.replicaId = replicaIdOf(path);
    }
    /** The live replica, or null when there is none. */
    replica() {
        return this.#state(this.replicaId);
    }
    /** Folder names of recovery points, without those that are being removed. */
    pointIds() {
        const doomed = new Set(readTombstone(this.store, this.path).map(({ id }) => id));
        return this.#pointFolders().filter((id) => !doomed.has(id));
    }
    #pointFolders() {
        const { store, path, replicaId } = this;
        return store
            .list(path)
            .filter(({ name, kind }) => kind === 'folder' && parseGuid(name) !== null && name.toLowerCase() !== replicaId)
            .map(({ name }) => name);
    }
    /** All states, oldest first, the live replica last. Those without a sidecar come first. */
    states() {
        const points = this.pointIds().flatMap((id) => this.#state(id) ?? []);
        const replica = this.replica();
        points.sort((a, b) => (a.facts?.sequence ?? 0) - (b.facts?.sequence ?? 0) || (a.id < b.id ? -1 : 1));
        return replica === null ? points : [...points, replica];
    }
    /** DataWriteGuid of the disk in a folder; null when there is none, or it is unreadable. */
    guidIn(id) {
        const path = diskPath(this.path, id);
        return this.store.exists(path) ? dataWriteGuidOf(this.store, path) : null;
    }
    /** The state's disk over all its parents. Whoever opens it closes it. */
    open(state) {
        return openChain(state.path, {
            openFile: (path) => this.store.open(path),
            findParent: (request) => this.#findParent(request),
        });
    }
    #state(id) {
        const path = diskPath(this.path, id);
        if (!this.store.exists(path))
            return null;
        const guid = this.guidIn(id);
        return { id, isReplica: id.toLowerCase() === this.replicaId, path, guid, facts: this.factsOf(guid) };
    }
    /** What the sidecar of a disk says; null when there is none, or it is damaged. */
    factsOf(guid) {
        if (guid === null)
            return null;
        try {
            return readSidecarHeader(this.store, this.path, guid);
        }
        catch (error) {
            if (StorageError.is(error) && (error.kind === 'not-found' || error.kind === 'corrupt'))
                return null;
            throw error;
        }
    }
    #findParent({ candidates, identities, child }) {
        const named = candidates.flatMap(({ path }) => /^\.\.\\([^\\]+)\\[^\\]+$/.exec(path)?.[1] ?? []);
        const ids = [...named, ...this.#pointFolders(), this.replicaId];
        for (const id of ids) {
            const guid = this.guidIn(id);
            if (guid === null || !identities.includes(guid))
                continue;
            const path = diskPath(this.path, id);
            return { file: this.store.open(path), path };
        }
        throw notFound('PARENT_NOT_FOUND', `the parent of ${child} (${identities.join(' or ')}) is not in its container`, {
            image: child,
            hint: 'find the folder that was removed from the container, and put it back',
        });
    }
}
function openChain(path, { openFile, findParent }) {
    const files = [];
    const close = () => {
        for (const file of files.splice(0))
            file.close();
    };
    const keep = (file) => {
        files.push(file);
        return file;
    };
    try {
        const openParent = makeOpenParent({
            childPath: null,
            searchFolders: [],
            ignoreIdentity: false,
            openFile: (one) => keep(openFile(one)),
            findings: [],
            findParent: (request) => {
                const found = findParent(request);
                keep(found.file);
                return found;
            },
        });
        const disk = VhdxFile.open(new FileMap(keep(openFile(path))), { name: path, openParent });
        return { disk, depth: files.length, close };
    }
    catch (error) {
        close();
        throw error;
    }
}
/** DataWriteGuid of a disk; null also for what is no file (a folder, a pipe): whoever opens the state is told. */
export function dataWriteGuidOf(store, path) {
    let file;
    try {
        file = store.open(path);
    }
    catch (error) {
        if (StorageError.is(error) && error.kind === 'invalid-argument')
            return null;
        throw error;
    }
    try {
        return readDataWriteGuid(new FileMap(file));
    }
    finally {
        file.close();
    }
}
