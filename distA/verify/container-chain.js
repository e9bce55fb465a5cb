/**
 * The disks of a container, opened one after another from the oldest on, so that each finds its parent open already:
 * every file is opened once, however deep the chain. What no later state can need is closed on the way.
 *
 * Backups wait for nobody: one that comes meanwhile makes the live replica a point, and puts another disk in its place. A
 * state is the disk that it was when it was listed, wherever that lies now.
 */
import { BelowDisk } from "../disk/below-disk.js";
import { notFound, StorageError } from "../errors.js";
import { PageCache } from "../io/cached-file.js";
import { FileMap } from "../map/maps.js";
import { readDataWriteGuid, VhdxFile } from "../vhdx/vhdx-file.js";
export class ContainerChain {
    #open;
    #all;
    #list;
    #cache = new PageCache();
    /** States whose opening waits for that of a parent: none may be its own. */
    #waiting = new Set();
    #states = [];
    /** `states`: all of the container, among which parents are looked for that are not open yet. `list`: as they are now. */
    constructor(open, states, list) {
        this.#open = open;
        this.#all = states;
        this.#list = list;
    }
    /** Opens the next state. Throws what keeps it from being read. */
    next(listed) {
        const { state, bytes } = this.#find(listed);
        const file = this.#cache.open(bytes);
        this.#waiting.add(listed);
        try {
            const open = (openParent) => VhdxFile.open(new FileMap(file), { name: state.path, openParent });
            const link = open((request) => this.#parentOf(request));
            const { parent } = link;
            const disk = parent === null ? link : open(() => parent);
            const own = parent === null ? link : open(() => new BelowDisk(parent));
            if (parent === null)
                this.#closeUpTo(this.#states.length - 1);
            this.#states.push({ file, link });
            return { state, file, link, disk, own };
        }
        catch (error) {
            file.close();
            throw error;
        }
        finally {
            this.#waiting.delete(listed);
        }
    }
    #find(listed) {
        const bytes = this.#open(listed.path);
        const guid = listed.dataWriteGuid;
        if (guid === null || readDataWriteGuid(new FileMap(bytes)) === guid)
            return { state: listed, bytes };
        bytes.close();
        const state = this.#list().find(({ dataWriteGuid }) => dataWriteGuid === guid);
        if (state !== undefined)
            return { state, bytes: this.#open(state.path) };
        throw new StorageError('conflict', 'STATE_REPLACED', `${listed.path} is another disk than when it was listed`, {
            image: listed.path,
            hint: 'verify again; only pitvault, and one at a time, may change the files of its pool',
        });
    }
    close() {
        this.#closeUpTo(this.#states.length);
    }
    /** Closes all but the states from this place on. */
    #closeUpTo(count) {
        for (const { file } of this.#states.splice(0, Math.max(0, count)))
            file.close();
    }
    #parentOf(request) {
        const found = this.#states.findLast(({ link }) => request.identities.includes(link.dataIdentity));
        if (found !== undefined)
            return found.link;
        const named = ({ dataWriteGuid }) => dataWriteGuid !== null && request.identities.includes(dataWriteGuid);
        const waits = this.#all.find((state) => named(state) && !this.#waiting.has(state));
        if (waits !== undefined)
            return this.next(waits).link;
        throw notFound('PARENT_NOT_FOUND', `the parent of ${request.child} is no readable state of its container`, {
            image: request.child,
            hint: `it has to carry the identity ${request.identities.join(' or ')}`,
        });
    }
}
