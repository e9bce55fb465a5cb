/** One volume of a disk: a window with a name, and the file system in it. */
import { parseGuid } from "../base/guid.js";
import { corrupt, invalidArgument, notFound, StorageError, unsupported } from "../errors.js";
import { NtfsVolume } from "../ntfs/ntfs-volume.js";
import { identifyVolume, isNtfs, plainName } from "../partition/identify-volume.js";
import { readShadowCopies } from "../vss/shadow-copies.js";
import { VolumeFiles } from "./volume-files.js";
export class Volume {
    partition;
    map;
    name;
    /** Where its parts lie, when it is a volume of a disk group (LDM); null for the volume of a partition. */
    dynamic;
    /** Of a shadow copy: damage of its store that costs no byte of a file. */
    shadowDamage;
    #identity;
    #diffAreas;
    #fileSystem;
    #shadowCopies;
    /** `diffAreas` tells which other volumes may hold the stores of this one's shadow copies. */
    constructor(partition, map, name, diffAreas = () => [], dynamic = null, shadowDamage = []) {
        this.partition = partition;
        this.map = map;
        this.name = name;
        this.#diffAreas = diffAreas;
        this.dynamic = dynamic;
        this.shadowDamage = shadowDamage;
    }
    /** 1-based number in its partition table; those of dynamic volumes follow. */
    get number() {
        return this.partition.number;
    }
    /** Unique partition GUID (lower case), which Windows uses in `\\?\Volume{GUID}\`; null where there is none. */
    get guid() {
        return this.partition.guid;
    }
    /** Which bytes of the image's own disk the volume is; of a volume listed by its image, not of a shadow copy. */
    get windows() {
        const { offset, length } = this.partition;
        if (this.dynamic === null)
            return [{ offset: 0, diskOffset: offset, length }];
        return this.dynamic.extents.flatMap((extent) => extent.image === this.name
            ? [{ offset: extent.offset, diskOffset: extent.diskOffset, length: extent.length }]
            : []);
    }
    /** What stands at the start of the volume. */
    get identity() {
        this.#identity ??= identifyVolume(this.map, this.partition.type);
        return this.#identity;
    }
    /** The same as asking its identity for NTFS, sooner answered. */
    get isNtfs() {
        return this.#identity === undefined ? isNtfs(this.map, this.partition.type) : this.#identity.kind === 'ntfs';
    }
    /** The shadow copies of the volume, oldest first. Lists them only: block lists are read when a copy is. */
    get shadowCopies() {
        this.#shadowCopies ??= readShadowCopies(this, this.#diffAreas());
        return this.#shadowCopies;
    }
    /** The volume as it was when one of its shadow copies was made. */
    shadow(copy) {
        const name = `${this.name} (shadow copy ${copy.number})`;
        return new Volume(this.partition, copy.map, name, undefined, this.dynamic, copy.damage());
    }
    /** The file system, opened once, or null when the volume holds none that pitvault reads. */
    openFileSystem() {
        if (this.#fileSystem === undefined && this.identity.kind === 'ntfs') {
            this.#fileSystem = NtfsVolume.open(this.map, { name: this.name });
        }
        return this.#fileSystem ?? null;
    }
    /** The file system; throws a StorageError that names what is there instead. */
    requireFileSystem() {
        const fileSystem = this.openFileSystem();
        if (fileSystem !== null)
            return fileSystem;
        if (this.dynamic?.obstacle != null)
            throw this.dynamic.obstacle;
        const { kind, detail } = this.identity;
        const structure = `volume ${this.number}`;
        const place = { image: this.name, structure, offset: this.partition.offset };
        if (kind === 'unknown' && detail !== undefined) {
            throw corrupt('VOLUME_START_UNREADABLE', `${structure} cannot be read from its start: ${detail}`, {
                ...place,
                hint: 'the image is damaged or not whole: compare its size with the original; `pitvault check` lists what is missing; another recovery point may be sound',
            });
        }
        throw unsupported('VOLUME_UNREADABLE', `${structure} is not NTFS: ${plainName(kind)}`, {
            ...place,
            hint: 'pitvault reads NTFS; `pitvault info` lists all volumes of the disk',
        });
    }
    /** The files of the volume, or null when it holds no file system that pitvault reads. */
    async fileSystem() {
        const fileSystem = this.openFileSystem();
        return fileSystem === null ? null : new VolumeFiles(fileSystem, this.name);
    }
}
/**
 * The volume that `wanted` names: a GUID (any of Windows' spellings), a 1-based number, the name of a dynamic volume, or,
 * when undefined, the only one that holds a file system.
 */
export function selectVolume(volumes, wanted, image) {
    if (wanted === undefined)
        return onlyVolume(volumes, image);
    const guid = parseGuid(wanted.replace(/^\\\\[?.]\\Volume/i, '').replace(/\\$/, ''));
    const named = volumes.filter(({ dynamic }) => dynamic?.name === wanted);
    if (named.length === 1)
        return named[0];
    if (guid === null && !/^\d+$/.test(wanted)) {
        throw invalidArgument('VOLUME_NAME_INVALID', `"${wanted}" is neither a volume number nor a partition GUID`, {
            image,
            hint: `it has ${list(volumes)}`,
        });
    }
    const found = volumes.filter((volume) => (guid === null ? volume.number === Number(wanted) : volume.guid === guid));
    if (found.length === 1)
        return found[0];
    if (found.length > 1)
        throw severalVolumes(found, image);
    throw notFound('VOLUME_MISSING', `${image} has no volume ${wanted}`, { image, hint: `it has ${list(volumes)}` });
}
function onlyVolume(volumes, image) {
    if (volumes.length === 0) {
        throw notFound('VOLUME_NONE', `${image} has no partitions and no known file system`, {
            image,
            structure: 'partition table',
            offset: 0,
            hint: 'run `pitvault check` on it: the disk may be empty or damaged, or this may not be a disk image',
        });
    }
    const readable = volumes.filter((volume) => volume.identity.kind === 'ntfs');
    if (readable.length === 1)
        return readable[0];
    if (readable.length > 1)
        throw severalVolumes(readable, image);
    const obstructed = volumes.find(({ dynamic }) => dynamic?.obstacle != null); // says more than the partition it lies in
    return obstructed ?? volumes.find((volume) => volume.identity.kind !== 'empty') ?? volumes[0];
}
function severalVolumes(volumes, image) {
    return new StorageError('conflict', 'VOLUME_AMBIGUOUS', `${image} has ${volumes.length} volumes that match`, {
        image,
        hint: `choose with --volume NUMBER or --volume GUID: ${list(volumes)}`,
    });
}
function list(volumes) {
    const names = volumes.map(({ number, guid, dynamic }) => [number, guid === null ? null : `{${guid}}`, dynamic?.name].filter((name) => name != null).join(' '));
    return names.join(', ');
}
