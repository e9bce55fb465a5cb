/** A DPM storage pool as found on disk: servers, containers, the live replica and the recovery points of each. */
import { notFound } from "../errors.js";
import { openImageWithin } from "../image/image.js";
import { capturedAt } from "./capture-time.js";
import { KeptTimes } from "./kept-times.js";
const DISK = 'disk0.vhdx';
/** One state of a replica: the live one, or a recovery point. A pool may have very many, so paths are made when asked for. */
export class Point {
    /** Folder name: the PITId, or the PhysicalReplicaId for the live replica. */
    id;
    isReplica;
    /** Bytes of disk0.vhdx as the host sees it. */
    size;
    diskModifiedMs;
    /** When anything of the disk's file was changed last; 0 where that is not known. */
    diskChangedMs;
    folderModifiedMs;
    /** The disk lies compressed in an archive: opening it unpacks all of it first. */
    packed;
    #name;
    #disk;
    #home;
    #time;
    /** The time is one that was kept, which the disk itself has not been asked about in this run. */
    #isHearsay = false;
    constructor(facts, home) {
        this.id = facts.id;
        this.isReplica = facts.isReplica;
        this.size = facts.size;
        this.diskModifiedMs = facts.diskModifiedMs;
        this.diskChangedMs = facts.diskChangedMs;
        this.folderModifiedMs = facts.folderModifiedMs;
        this.packed = facts.packed;
        this.#name = facts.name;
        this.#disk = facts.disk === DISK ? DISK : facts.disk; // one text for all points
        this.#home = home;
    }
    get folder() {
        return this.#home.tree.join(this.#home.folder, this.#name);
    }
    /** Locator of disk0.vhdx, or null when the folder has none. */
    get locator() {
        const { tree } = this.#home;
        return this.#disk === null ? null : tree.locator(tree.join(this.folder, this.#disk));
    }
    /** Its container has pitvault's own folder. */
    get isKept() {
        return this.#home.isKept;
    }
    /** For JSON: paths too, which are no fields. */
    toJSON() {
        const { id, isReplica, locator, size, folder, diskModifiedMs, diskChangedMs, folderModifiedMs, packed, isKept } = this;
        return { id, isReplica, locator, size, folder, diskModifiedMs, diskChangedMs, folderModifiedMs, packed, isKept };
    }
    /** Opens the point's disk. */
    async open() {
        const { locator } = this;
        if (locator === null) {
            throw notFound('POINT_DISK_MISSING', `recovery point ${this.id} has no disk0.vhdx`, {
                image: this.folder,
                hint: 'look for it on the other volumes of the pool and give all of them as roots',
            });
        }
        const { context, isKept } = this.#home;
        await context.pause();
        return openImageWithin(context, locator, context.options, isKept);
    }
    /** When its data was captured, and how that is known. Computed once, by opening the disk when that is possible. */
    async time() {
        this.#time ??= (await capturedAt(this)).time;
        return this.#time;
    }
    /** @internal The same, by what was found out in an earlier run where that still holds. */
    async timeWithin(kept) {
        if (this.#time !== undefined)
            return this.#time;
        const known = kept.timeOf(this);
        this.#isHearsay = known !== null;
        this.#time = known ?? kept.keep(this, await capturedAt(this));
        return this.#time;
    }
    /** @internal Asks the disk about a time that was only kept; false when it says another, which counts from now on. */
    async confirmTime() {
        if (!this.#isHearsay)
            return true;
        const { time } = await capturedAt(this);
        const isSame = time.ms === this.#time.ms && time.source === this.#time.source;
        this.#isHearsay = false;
        this.#time = time;
        return isSame;
    }
}
export class StoragePool {
    roots;
    containers;
    findings;
    #context;
    constructor(roots, containers, findings, context) {
        this.roots = roots;
        this.containers = containers;
        this.findings = findings;
        this.#context = context;
    }
    /** Server names in the pool. */
    get servers() {
        return [...new Set(this.containers.map((container) => container.server))];
    }
    /** The containers that match; by default all. Replicas by id, with or without braces, in any case, or by name. */
    select(filter) {
        const replica = filter.replica?.toLowerCase().replace(/[{}]/g, '');
        const server = filter.server?.toLowerCase();
        const found = this.containers.filter((container) => (replica === undefined || container.replicaId.toLowerCase() === replica || container.name === filter.replica) &&
            (server === undefined || container.server.toLowerCase() === server));
        if (found.length > 0)
            return found;
        const hasServer = server === undefined || this.servers.some((name) => name.toLowerCase() === server);
        const [what, known] = hasServer
            ? [`replica ${filter.replica}`, this.containers.map((container) => container.replicaId)]
            : [`server ${filter.server}`, this.servers];
        const where = hasServer && server !== undefined ? ` of server ${filter.server}` : '';
        throw notFound('POOL_NO_MATCH', `the pool has no ${what}${where}`, {
            image: this.roots.join(', '),
            hint: known.length === 0
                ? 'run `pitvault scan` on the roots'
                : `it has: ${known.slice(0, 10).join(', ')}${this.namesLost}`,
        });
    }
    /** @internal What to add where a name is not found: whose name could not be read. Empty where that is none. */
    get namesLost() {
        const lost = this.containers.filter(({ findings }) => findings.some(({ code }) => code.startsWith('POOL_FILE_')));
        if (lost.length === 0)
            return '';
        return `; the name of ${lost.map(({ replicaId }) => replicaId).join(', ')} could not be read: see \`pitvault scan\``;
    }
    async close() {
        this.#context.close();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
}
/** Every state of the container with its capture time, oldest first; the live replica among them. */
export async function pointsByTime(container) {
    const timed = [];
    const kept = KeptTimes.of(container);
    for (const point of statesOf(container)) {
        timed.push({ point, time: kept === null ? await point.time() : await point.timeWithin(kept) });
    }
    kept?.save();
    // The live replica is the newest state by definition: at equal times it comes last.
    return timed.sort((a, b) => a.time.ms - b.time.ms || Number(a.point.isReplica) - Number(b.point.isReplica));
}
function statesOf({ replica, points }) {
    return replica === null ? points : [...points, replica];
}
/** The state with this id, written with or without braces, in any case. */
export function findPoint(container, id) {
    const wanted = id.toLowerCase().replace(/[{}]/g, '');
    return statesOf(container).find((point) => point.id.toLowerCase() === wanted);
}
/**
 * The state the user means: `point` by id, `atMs` the newest captured at or before it, else the live replica (or the
 * newest point of a container that has lost its replica).
 */
export async function choosePoint(container, choice) {
    const name = `container ${container.replicaId}`;
    if (choice.point !== undefined) {
        const found = findPoint(container, choice.point);
        if (found !== undefined)
            return found;
        const all = statesOf(container);
        throw notFound('POINT_MISSING', `${name} has no recovery point ${choice.point}`, {
            image: container.folders[0],
            hint: `it has: ${all
                .map((point) => point.id)
                .slice(0, 20)
                .join(', ') || 'none'}`,
        });
    }
    if (choice.atMs === undefined && container.replica?.locator != null)
        return container.replica;
    if (choice.latest === true) {
        throw notFound('POINT_NO_REPLICA', `${name} has no live replica`, {
            image: container.folders[0],
            hint: 'leave out --latest to take its newest recovery point, or choose one with --point',
        });
    }
    const limit = choice.atMs ?? Number.POSITIVE_INFINITY;
    let timed;
    let chosen;
    // What is read from here on is of this point, so its own word counts, and another may be the one then.
    do {
        timed = (await pointsByTime(container)).filter(({ point }) => point.locator !== null);
        chosen = timed.findLast(({ time }) => time.ms <= limit);
    } while (chosen !== undefined && !(await chosen.point.confirmTime()));
    if (chosen !== undefined)
        return chosen.point;
    const oldest = timed[0];
    if (oldest === undefined) {
        throw notFound('POINT_NONE', `${name} holds no disk`, {
            image: container.folders[0],
            hint: 'look for its other folders on the other volumes of the pool, and give all of them as roots',
        });
    }
    throw notFound('POINT_NONE_AT', `${name} has nothing captured at or before that time`, {
        image: container.folders[0],
        hint: `its oldest state is of ${new Date(oldest.time.ms).toISOString()} (--point ${oldest.point.id})`,
    });
}
