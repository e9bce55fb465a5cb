/**
 * What is shown to those who browse: the files of one volume, or a pool as folders of servers, replicas and points with
 * the files of each point in it. Numbers of folders and volumes stay what they were when it was opened.
 */
import { StorageError } from "../errors.js";
import { chooseShadow } from "../image/choose-shadow.js";
import { openImage } from "../image/image.js";
import { chooseVolume } from "../pool/replica-volume.js";
import { openPool } from "../pool/scan-pool.js";
import { pointsByTime } from "../pool/storage-pool.js";
/** File systems held open at once, but for those that somebody holds: the points of a pool may be hundreds. */
const OPEN_MAX = 16;
export class ServedTree {
    root;
    #openVolume;
    #folders;
    #open = new Map();
    #opening = new Map();
    #isRemembered;
    /** Of every volume that has been open. */
    #identities = new Map();
    /** How many hold a volume. */
    #holders = new Map();
    #closeSource;
    constructor(root, folders, openVolume, closeSource, isRemembered) {
        this.#isRemembered = isRemembered;
        this.root = root;
        this.#folders = folders;
        this.#openVolume = openVolume;
        this.#closeSource = closeSource;
    }
    /** `isRemembered`: whoever browses keeps what it has seen of a volume (a kernel), and must never see another in its place. */
    static async open(options, isRemembered = false) {
        return options.isPool ? ServedTree.#openPool(options, isRemembered) : ServedTree.#openImage(options, isRemembered);
    }
    static async #openImage(options, isRemembered) {
        const image = await openImage(options.roots[0], options.open);
        try {
            const fileSystem = chooseShadow(image.volume(options.volume), options).requireFileSystem();
            const root = { kind: 'volume', id: 1, name: '', modifiedMs: 0 };
            const opened = { fileSystem, identity: image.contentIdentity, close: async () => undefined };
            const tree = new ServedTree(root, new Map(), async () => opened, () => image.close(), isRemembered);
            tree.#open.set(1, opened);
            return tree;
        }
        catch (error) {
            await image.close();
            throw error;
        }
    }
    static async #openPool(options, isRemembered) {
        const pool = await openPool(options.roots, options.open);
        const layout = layOut(pool.containers);
        return new ServedTree(layout.folders.get(1), layout.folders, async (id) => {
            const { container, point } = layout.points[id - 1];
            const image = await point.open();
            try {
                const fileSystem = readable(image, container, options);
                return { fileSystem, identity: image.contentIdentity, close: () => image.close() };
            }
            catch (error) {
                await image.close();
                throw error;
            }
        }, () => pool.close(), isRemembered);
    }
    folder(id) {
        return this.#folders.get(id) ?? null;
    }
    /**
     * The file system of a volume, at once where it is open. The one used longest ago makes room: what it has given is worth
     * nothing then, so whoever keeps any of that compares, or holds the volume.
     */
    fileSystem(id) {
        const open = this.#open.get(id);
        if (open === undefined)
            return this.#load(id);
        if (this.#open.size > 1) {
            this.#open.delete(id);
            this.#open.set(id, open);
        }
        return open.fileSystem;
    }
    /** The same for those who need it for longer, however many others are opened meanwhile. */
    async hold(id) {
        const kept = this.keep(id);
        try {
            const fileSystem = await this.fileSystem(id);
            const identity = this.#open.get(id)?.identity ?? null;
            return { fileSystem, identity, [Symbol.dispose]: kept[Symbol.dispose] };
        }
        catch (error) {
            kept[Symbol.dispose]();
            throw error;
        }
    }
    /** Keeps a volume open, once it is, until this is disposed of. */
    keep(id) {
        this.#holders.set(id, (this.#holders.get(id) ?? 0) + 1);
        return {
            [Symbol.dispose]: () => {
                const left = this.#holders.get(id) - 1;
                if (left > 0)
                    this.#holders.set(id, left);
                else
                    this.#holders.delete(id);
            },
        };
    }
    /** Those who ask while it is being opened get the same. */
    #load(id) {
        const opening = this.#opening.get(id) ?? this.#openAndMakeRoom(id).finally(() => this.#opening.delete(id));
        this.#opening.set(id, opening);
        return opening;
    }
    async #openAndMakeRoom(id) {
        const opened = await this.#openVolume(id);
        const known = this.#identities.get(id);
        if (this.#isRemembered && known !== undefined && known !== opened.identity) {
            await opened.close();
            throw wasReplaced();
        }
        this.#identities.set(id, opened.identity);
        this.#open.set(id, opened);
        for (const [other, { close }] of this.#open) {
            if (this.#open.size <= OPEN_MAX)
                break;
            if (other === id || this.#holders.has(other))
                continue;
            this.#open.delete(other);
            await close();
        }
        return opened.fileSystem;
    }
    async close() {
        for (const { close } of this.#open.values())
            await close();
        this.#open.clear();
        await this.#closeSource();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
}
function wasReplaced() {
    return new StorageError('conflict', 'SERVED_REPLACED', 'it holds something else than when it was shown here: a backup has replaced the live replica', {
        hint: 'end this and start it again to see the new one; its recovery points can be read as before',
    });
}
function readable(image, container, options) {
    return chooseVolume(image, container, options.volume).requireFileSystem();
}
/** Root, servers, replicas; a replica's points are listed when somebody looks, as their times lie in their disks. */
function layOut(containers) {
    const folders = new Map();
    const points = [];
    const add = (name, modifiedMs, children) => {
        const folder = { kind: 'folder', id: folders.size + 1, name, modifiedMs, children };
        folders.set(folder.id, folder);
        return folder;
    };
    const servers = [];
    const newest = (container) => Math.max(0, ...[container.replica, ...container.points].map((point) => point?.folderModifiedMs ?? 0));
    add('', Math.max(0, ...containers.map(newest)), async () => servers);
    for (const server of new Set(containers.map((container) => container.server))) {
        const own = containers.filter((container) => container.server === server);
        const replicas = own.map((container) => {
            const states = [container.replica, ...container.points].filter((point) => point?.locator != null);
            const first = points.length + 1;
            for (const point of states)
                points.push({ container, point: point });
            let listed;
            return add(container.replicaId, newest(container), async () => {
                listed ??= await listPoints(container, (id) => first + states.findIndex((point) => point.id === id));
                return listed;
            });
        });
        servers.push(add(server, Math.max(0, ...own.map(newest)), async () => replicas));
    }
    return { folders, points };
}
/** `2024-07-28 20.00.00Z`, and `live`; a second point of the same second has its id behind it. */
async function listPoints(container, idOf) {
    const volumes = [];
    for (const { point, time } of await pointsByTime(container)) {
        if (point.locator === null)
            continue;
        const moment = new Date(time.ms).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
        const plain = point.isReplica ? 'live' : `${moment}Z`;
        const name = volumes.some((other) => other.name === plain) ? `${plain} ${point.id}` : plain;
        volumes.push({ kind: 'volume', id: idOf(point.id), name, modifiedMs: time.ms });
    }
    return volumes;
}
/** Where a link leads, as a relative path that stays in the volume; Windows' own roots become that of the volume. */
export function linkTarget(entry) {
    const target = (entry.target ?? '').replaceAll('\\', '/');
    const from = entry.path.split('/').slice(1, -1);
    const absolute = /^(?:[A-Za-z]:)?\//.test(target) && !target.startsWith('//');
    const parts = absolute ? [] : [...from];
    for (const part of target.replace(/^[A-Za-z]:/, '').split('/')) {
        if (part === '..')
            parts.pop();
        else if (part !== '' && part !== '.')
            parts.push(part);
    }
    let common = 0;
    while (common < from.length && common < parts.length && from[common] === parts[common])
        common++;
    const relative = [...from.slice(common).map(() => '..'), ...parts.slice(common)].join('/');
    return relative === '' ? '.' : relative;
}
