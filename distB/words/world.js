/**
 * The volumes and shadow copies that the admin's words speak of: of the attached disks, and of images and pools that the
 * command line names. The recovery points of a pool are the shadow copies of their replica volume.
 */
import { existsSync, statSync } from 'node:fs';
import { shellWord } from "../base/shell-word.js";
import { notFound, StorageError } from "../errors.js";
import { openImage } from "../image/image.js";
import { Volume } from "../image/volume.js";
import { looksLikePool, openPool } from "../pool/scan-pool.js";
import { pointsByTime } from "../pool/storage-pool.js";
import { attributeNames, contextName } from "../vss/format.js";
import { madeUpGuid, volumeName } from "./volume-name.js";
import { realLocator } from "./word-state.js";
const SOFTWARE_PROVIDER = 'Microsoft Software Shadow Copy provider 1.0';
const POOL_PROVIDER = 'Recovery points of a DPM storage pool';
/** What DPM's own shadow copies are, and so its points. */
const POINT_TYPE = 'DataVolumeRollback';
const POINT_ATTRIBUTES = ['Persistent', 'No auto release', 'No writers'];
export class World {
    #state;
    #open;
    #images = [];
    #pools = [];
    constructor(state, open) {
        this.#state = state;
        this.#open = open;
    }
    /**
     * `named`: images and pools besides the attached disks. An attached disk that cannot be opened any more is told to `note`
     * and left out: it must not keep the others from being used.
     */
    static async open(state, named, open, note) {
        const world = new World(state, open);
        try {
            // What is named twice, or named and attached, is there once.
            const seen = new Set();
            const isNew = (path) => seen.size < seen.add(realLocator(path)).size;
            for (const path of named)
                if (isNew(path))
                    await world.#add(path);
            // The disk attached last comes first: of several with one GUID, it is the one that is meant.
            for (const { number, path } of state.attached.toReversed()) {
                if (!isNew(path))
                    continue;
                const reason = await world.#tryAdd(path);
                if (reason === null)
                    continue;
                note(`disk ${number} is left out: ${reason.message}; detach it: pitvault dismount-vhd ${shellWord(path)}`);
            }
        }
        catch (error) {
            await world.close();
            throw error;
        }
        // DPM keeps diff areas on volumes of their own, and volumes may span disks: each image may need the others.
        for (const image of world.#images)
            image.setNeighbours(world.#images);
        return world;
    }
    async #add(path) {
        if (await isPool(path, this.#open))
            this.#pools.push(await openPool(path, this.#open));
        else
            this.#images.push(await openImage(path, this.#open));
    }
    /** What keeps the disk from being opened, or null. */
    async #tryAdd(path) {
        try {
            await this.#add(path);
            return null;
        }
        catch (error) {
            if (StorageError.is(error) && error.kind !== 'cancelled')
                return error;
            throw error;
        }
    }
    volumes() {
        const ofImages = this.#imageVolumes().map(({ image, volume }) => this.#volumeOf(image, volume));
        const ofPools = this.#pools.flatMap((pool) => pool.containers.flatMap(replicaVolume));
        return [...ofImages, ...ofPools];
    }
    /** NTFS volumes of the images; one that spans several of them is listed with the first. */
    #imageVolumes() {
        const seen = new Set();
        return this.#images.flatMap((image) => image.listVolumes().flatMap((volume) => {
            if (volume.identity.kind !== 'ntfs')
                return [];
            const { dynamic } = volume;
            const key = dynamic === null ? null : JSON.stringify([dynamic.groupGuid, dynamic.name, dynamic.extents]);
            if (key !== null && seen.has(key))
                return [];
            if (key !== null)
                seen.add(key);
            return [{ image, volume }];
        }));
    }
    #volumeOf(image, volume) {
        const { copies, maximumSize } = volume.shadowCopies;
        const used = copies.reduce((sum, copy) => sum + copy.allocatedSize, 0);
        const guid = guidOf(image, volume);
        const storage = this.#storageOf(copies.find((copy) => copy.storage !== null));
        return {
            guid,
            image: image.name,
            source: { locator: image.name, options: ['--volume', String(volume.number), ...furtherDisks(image, [volume])] },
            size: volume.map.size,
            storage: copies.length === 0 ? null : { guid: storage ?? guid, used, maximum: maximumSize },
        };
    }
    /** GUID of the volume that holds the store of a copy, or null where it is at hand nowhere. */
    #storageOf(copy) {
        for (const image of this.#images) {
            const volume = image.listVolumes().find((one) => one === copy?.storage);
            if (volume !== undefined)
                return guidOf(image, volume);
        }
        return null;
    }
    /** The volume of this GUID: of several, that of the disk attached last. */
    volume(guid) {
        const found = this.volumes().find((volume) => volume.guid === guid);
        if (found !== undefined)
            return found;
        const known = this.volumes().map((volume) => volumeName(volume.guid));
        throw notFound('VOLUME_MISSING', `no volume ${volumeName(guid)} is attached`, {
            hint: known.length === 0
                ? 'attach its disk first: pitvault mount-vhd PATH; or name it: --image PATH'
                : `there are: ${known.slice(0, 6).join(', ')}`,
        });
    }
    /** All shadow copies, numbered as devices in this order. */
    async shadows() {
        const shadows = [];
        const device = () => `\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy${shadows.length + 1}`;
        for (const { image, volume } of this.#imageVolumes()) {
            for (const copy of volume.shadowCopies.copies)
                shadows.push(this.#shadowOf(image, volume, copy, device()));
        }
        for (const pool of this.#pools) {
            for (const container of pool.containers) {
                for (const { point, time } of await pointsByTime(container)) {
                    if (point.isReplica || point.locator === null)
                        continue;
                    if (shadows.some(({ image }) => image === point.locator))
                        continue; // of two pools one holds the other
                    shadows.push({
                        id: point.id,
                        setId: point.id,
                        createdMs: time.ms,
                        originalPath: this.#pathOf(container.replicaId),
                        originalGuid: container.replicaId,
                        device: device(),
                        originatingMachine: container.server,
                        serviceMachine: container.server,
                        provider: POOL_PROVIDER,
                        type: POINT_TYPE,
                        attributes: POINT_ATTRIBUTES,
                        exposed: this.#exposureOf(point.id)?.at ?? null,
                        image: point.locator,
                        source: { locator: point.locator, options: [] },
                        timeDoubt: time.source.startsWith('modification') ? time.source : null,
                    });
                }
            }
        }
        return shadows;
    }
    #shadowOf(image, volume, copy, device) {
        const guid = guidOf(image, volume);
        const info = StorageError.is(copy.info) ? null : copy.info;
        const stores = volume.shadowCopies.copies.map(({ storage }) => storage).filter((one) => one instanceof Volume);
        const elsewhere = new Set(stores.map(({ name }) => name).filter((name) => name !== image.name));
        const options = [
            '--volume',
            String(volume.number),
            '--shadow',
            copy.id,
            ...furtherDisks(image, [volume, ...stores]),
        ];
        for (const name of elsewhere)
            options.push('--diff-area', name);
        return {
            id: copy.id,
            setId: copy.setId ?? copy.storeGuid,
            createdMs: copy.createdMs,
            originalPath: this.#pathOf(guid),
            originalGuid: guid,
            device,
            originatingMachine: info?.originatingMachine ?? '',
            serviceMachine: info?.serviceMachine ?? '',
            provider: SOFTWARE_PROVIDER,
            type: info === null ? '' : contextName(info.context),
            attributes: info === null ? [] : attributeNames(info.attributes),
            exposed: this.#exposureOf(copy.id)?.at ?? null,
            image: image.name,
            source: { locator: image.name, options },
            timeDoubt: null,
        };
    }
    async shadow(id) {
        const all = await this.shadows();
        const found = all.find((shadow) => shadow.id.toLowerCase() === id);
        if (found !== undefined)
            return found;
        throw notFound('SHADOW_MISSING', `there is no shadow copy {${id}}`, {
            hint: all.length === 0 ? 'attach the disk that holds it: pitvault mount-vhd PATH' : 'list shadows all shows them',
        });
    }
    #exposureOf(shadowId) {
        return this.#state.exposures.find((exposure) => exposure.shadowId === shadowId);
    }
    /** Where the volume itself is mounted, as Windows writes it. */
    #pathOf(guid) {
        return mountPointsOf(this.#state, guid)[0] ?? '';
    }
    async close() {
        for (const image of this.#images)
            await image.close();
        for (const pool of this.#pools)
            await pool.close();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
}
/** A listing has one place for a time: that it is no time of capture has to be told beside it. */
export function noteDoubts(shadows, note) {
    for (const { id, timeDoubt, image } of shadows) {
        if (timeDoubt !== null)
            note(`the time of {${id}} is the ${timeDoubt}: nothing in ${image} tells it`);
    }
}
/** `X:\`, or the folder. */
export function mountPointsOf(state, guid) {
    return state.exposures
        .filter(({ volumeGuid, shadowId }) => volumeGuid === guid && shadowId === null)
        .map(({ at }) => (/^[A-Z]:$/.test(at) ? `${at}\\` : at));
}
/** What a mount must be told of the other disks over which these volumes spread. */
function furtherDisks(image, volumes) {
    const names = new Set(volumes.flatMap(({ dynamic }) => dynamic?.extents.map((extent) => extent.image) ?? []));
    return [...names].flatMap((name) => (name === null || name === image.name ? [] : ['--disk', name]));
}
function guidOf(image, volume) {
    return volume.guid ?? madeUpGuid(`${image.name}#${volume.number}`);
}
/** The live replica of a container stands for its volume. */
function replicaVolume(container) {
    const { replica, replicaId } = container;
    if (replica?.locator == null)
        return [];
    return [
        {
            guid: replicaId,
            image: replica.locator,
            source: { locator: replica.locator, options: [] },
            size: replica.size,
            storage: null,
        },
    ];
}
/** A folder is a pool; so is a zip whose members look like one. */
async function isPool(path, open) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
        return true;
    return /\.zip$/i.test(path) && !path.includes('::') && existsSync(path) && (await looksLikePool(path, open));
}
