/**
 * The next state of a replica in the making, and its publication: the replica as it is becomes a recovery point, the
 * new state becomes the replica, in one instant.
 *
 *      1  <replica>/next-<guid>.vhdx is made and filled, closed whole and durable  P1
 *      2  its name is durable, before the sidecar is made                          P2
 *      3  .pitvault/<guid>.state is durable, bytes and name                        P3, P4
 *      4  <PITId>/ is made, <PITId>/disk0.vhdx is a second name of the replica     P5, P6
 *      5  next-<guid>.vhdx is renamed over <replica>/disk0.vhdx                    P7
 *
 * Before 5 the replica is the old state and the only one; 5 is the instant. What is found after a cut:
 *
 * - at 1, 2, 3: a file next-<guid>, maybe a sidecar nobody's disk goes by; both are removed.
 * - at 4: also the folder that the sidecar names, empty or with the replica's second name; removed first.
 * - at 5: old or new, since a rename is atomic; the old one is a state as at 4.
 * - after 5: nothing is left to do.
 *
 * Where the file system has no hard links, 4 moves the replica into <PITId>/ and 5 moves the new state to its place. The
 * sidecar of 3 is the journal: between the moves there is no replica, and recovery finishes what it says.
 */
import { BelowDisk } from "../disk/below-disk.js";
import { StorageError } from "../errors.js";
import { FileMap } from "../map/maps.js";
import { openSidecar, sidecarFolder, sidecarPath } from "../sidecar/sidecar-files.js";
import { SidecarWriter } from "../sidecar/sidecar-writer.js";
import { buildVhdx } from "../vhdx/vhdx-builder.js";
import { VhdxFile } from "../vhdx/vhdx-file.js";
import { VhdxWriter } from "../vhdx/vhdx-writer.js";
import { DISK_FILE, diskPath, nextPath, pointFolder } from "./layout.js";
import { recoverPublication } from "./recover-container.js";
/** Blocks of the files of a chain, which hold scattered changes: the smallest that keep the BAT below 32 MiB. */
const BAT_ENTRIES_MAX = 2 ** 22;
const MIB = 2 ** 20;
/** Blocks of disks that stand alone. */
const BASE_BLOCK_MIN = 2 * MIB;
export class NextState {
    facts;
    disk;
    sidecar;
    #container;
    #current;
    #path;
    /** Shares every extent of the present file that is not written, before P1; null where the file system cannot. `parent`: what the present one is over. */
    static clone(params, parent) {
        const { container, facts, current } = params;
        const path = nextPath(container.path, container.replicaId, facts.dataWriteGuid);
        const file = container.store.openClone(current.path, path);
        if (file === null)
            return null;
        return NextState.#begin(params, path, () => {
            const options = { session: 'private', dataWriteGuid: facts.dataWriteGuid };
            return VhdxWriter.open(file, parent === null ? options : { ...options, parent });
        });
    }
    /** A disk that differs from the present one, which will be at `..\<PITId>\disk0.vhdx` when this is published. */
    static chain(params, shape, parent) {
        const { facts, current } = params;
        const link = { identity: current.guid, relativePath: `..\\${facts.pointId}\\${DISK_FILE}` };
        const blockSize = smallestBlock(shape.size, MIB);
        return NextState.#build(params, { ...shape, type: 'differencing', blockSize, parent: link }, parent);
    }
    /** An empty disk that stands alone. */
    static base(params, shape) {
        const blockSize = smallestBlock(shape.size, BASE_BLOCK_MIN);
        return NextState.#build(params, { ...shape, type: 'dynamic', blockSize }, null);
    }
    /**
     * The first state again, in the file that an interrupted first backup has left. Nothing in it is believed: whoever
     * fills it compares what it holds. `unsound`: its structures are torn, as a power cut may have left them.
     */
    static resume(params, shape) {
        const { container, facts } = params;
        const { store } = container;
        const path = nextPath(container.path, container.replicaId, facts.dataWriteGuid);
        if (!isSound(store, path))
            return 'unsound';
        const file = store.openWritable(path);
        const disk = VhdxWriter.open(file, { session: 'private', dataWriteGuid: facts.dataWriteGuid });
        if (disk.size !== shape.size || disk.logicalSectorSize !== shape.logicalSectorSize || disk.hasParent) {
            disk.abandon();
            return 'other-shape';
        }
        const sidecar = sidecarPath(container.path, facts.dataWriteGuid);
        if (store.exists(sidecar))
            store.unlink(sidecar); // it is made anew from what is read
        return new NextState(params, path, disk, newSidecar(params));
    }
    static #build(params, disk, parent) {
        const { container, facts } = params;
        const path = nextPath(container.path, container.replicaId, facts.dataWriteGuid);
        const create = { ...disk, dataWriteGuid: facts.dataWriteGuid };
        const file = container.store.create(path);
        return NextState.#begin(params, path, () => buildVhdx(file, create, parent === null ? {} : { parent }));
    }
    static #begin(params, path, open) {
        const { container } = params;
        let disk = null;
        try {
            disk = open();
            return new NextState(params, path, disk, newSidecar(params));
        }
        catch (error) {
            disk?.abandon();
            cleanUp(container);
            throw error;
        }
    }
    constructor({ container, facts, current }, path, disk, sidecar) {
        this.facts = facts;
        this.disk = disk;
        this.sidecar = sidecar;
        this.#container = container;
        this.#current = current;
        this.#path = path;
    }
    /**
     * Makes the state durable and the replica. When this throws, recovery decides which of the two states is the replica.
     * `release` closes what reads the present replica: Windows gives no other file the name of one that is open.
     */
    publish(changes, release, seal) {
        const { store, path, replicaId } = this.#container;
        const replica = diskPath(path, replicaId);
        this.disk.close({ dataWriteGuid: this.facts.dataWriteGuid }); // P1
        this.sidecar.finish(changes, seal); // P2, P3
        store.syncFolder(sidecarFolder(path)); // P4
        release();
        if (this.#current !== null)
            this.#giveSecondName(this.facts.pointId, replica);
        store.rename(this.#path, replica);
        store.syncFolder(pointFolder(path, replicaId)); // P7
    }
    /** Closes everything and undoes it, as far as the disk lets it: recovery comes again at the next opening. Never throws. */
    abandon() {
        this.disk.abandon();
        this.sidecar.abandon();
        cleanUp(this.#container);
    }
    /** Of a first state: closes everything and leaves the file for `resume`, as far as it is readable. */
    leave() {
        try {
            this.disk.settle();
        }
        catch (error) {
            if (!StorageError.is(error))
                throw error; // after a failed write: as it was settled last, or not at all
        }
        this.disk.abandon();
        this.sidecar.abandon();
    }
    #giveSecondName(pointId, replica) {
        const { store, path } = this.#container;
        const folder = pointFolder(path, pointId);
        store.makeFolder(folder);
        store.syncFolder(path); // P5
        try {
            store.link(replica, diskPath(path, pointId));
        }
        catch (error) {
            if (!StorageError.is(error) || error.kind !== 'unsupported')
                throw error;
            store.rename(replica, diskPath(path, pointId));
        }
        store.syncFolder(folder); // P6
    }
}
/** From the sidecar of the present state when there is one: cloned if possible, else its pages are copied. */
function newSidecar({ container, facts, current, fingerprint }) {
    const { store, path, replicaId } = container;
    const target = sidecarPath(path, facts.dataWriteGuid);
    const make = (base) => {
        store.syncFolder(pointFolder(path, replicaId)); // P2: a sidecar without its disk tells of a state that is away
        const isClone = base !== null &&
            base.facts.indexCount >= CLONE_PAGES_MIN &&
            store.clone(sidecarPath(path, base.facts.dataWriteGuid), target);
        return { file: isClone ? store.openWritable(target) : store.create(target), isClone };
    };
    if (current?.facts == null || current.facts.blockSize !== facts.blockSize) {
        return new SidecarWriter(make, facts, fingerprint);
    }
    const sidecar = openSidecar(store, path, current.guid, fingerprint);
    return new SidecarWriter(make, facts, fingerprint, { sidecar, file: store.open(sidecarPath(path, current.guid)) });
}
function isSound(store, path) {
    const file = store.open(path);
    try {
        const disk = VhdxFile.open(new FileMap(file), { name: path, openParent: (request) => new BelowDisk(request) });
        return [...disk.findings, ...disk.check()].every(({ severity }) => severity !== 'error');
    }
    catch (error) {
        if (StorageError.is(error) && (error.kind === 'corrupt' || error.kind === 'unsupported'))
            return false;
        throw error;
    }
    finally {
        file.close();
    }
}
/** A smaller sidecar is written sooner than it is cloned: 4 MiB. */
const CLONE_PAGES_MIN = 1024;
function smallestBlock(size, least) {
    let blockSize = least;
    while (size / blockSize > BAT_ENTRIES_MAX)
        blockSize *= 2;
    return blockSize;
}
function cleanUp(container) {
    try {
        recoverPublication(container);
    }
    catch (error) {
        if (!StorageError.is(error))
            throw error; // the disk that failed the work may fail this too
    }
}
