/**
 * The volumes of a disk group, over those of its disks that are at hand.
 *
 * Invariants:
 * 1. Of the databases of the disks the newest consistent one counts, for all volumes; disks that are behind are told.
 * 2. A part whose disk is missing, or which does not fit its disk, is an unreadable leaf: the other parts stay readable.
 * 3. What a volume's records contradict, and layouts that are not read (stripes, RAID-5), make all of it unreadable, with
 *    the reason as its obstacle. Nothing is guessed.
 * 4. Of a mirror one side is read: one in force whose disks are all at hand and none of them behind.
 */
import { hex } from "../base/bytes.js";
import { finding } from "../disk/disk-image.js";
import { corrupt, StorageError, unsupported } from "../errors.js";
import { unreadable } from "../map/address-map.js";
import { ComputedMap, ConcatMap, SliceMap } from "../map/maps.js";
import { disksMissing, GroupDisks } from "./members.js";
import { COMPONENT_LAYOUT, VOLUME_KIND, } from "./record.js";
const SPEC = 'LDM';
const ACTIVE = 'ACTIVE';
/** Of a kind, so many are told: a database of nonsense may hold tens of thousands. */
const TOLD_MAX = 100;
/** The volumes in the order of their ids. `members`: disks of one group, the one that was asked for first. */
export function dynamicVolumes(members) {
    const disks = new GroupDisks(members);
    const { database } = disks;
    const findings = [...disks.findings];
    if (database === null)
        return { volumes: [], findings };
    findings.push(...database.findings, ...overlaps(database, members[0].facts.name));
    for (const missing of disksMissing(database, disks).slice(0, TOLD_MAX)) {
        findings.push(finding('warning', disks.missingError(missing), SPEC));
    }
    const builder = new VolumeBuilder(database, disks, members[0].facts, findings);
    const volumes = [...database.volumes.values()].sort((a, b) => a.id - b.id).map((record) => builder.build(record));
    return { volumes, findings };
}
class VolumeBuilder {
    #database;
    #disks;
    #sectorSize;
    #image;
    #findings;
    #components;
    #partitions;
    constructor(database, disks, asked, findings) {
        this.#database = database;
        this.#disks = disks;
        this.#sectorSize = asked.sectorSize;
        this.#image = asked.name;
        this.#findings = findings;
        this.#components = groupBy(database.components.values(), ({ volumeId }) => volumeId);
        this.#partitions = groupBy(database.partitions.values(), ({ componentId }) => componentId);
    }
    build(record) {
        const components = this.#components.get(record.id) ?? [];
        const layout = layoutOf(record, components, this.#partitions);
        const { name, guid, hint } = record;
        const { groupGuid, groupName } = this.#database;
        const base = { name, guid, layout, hint, groupGuid, groupName };
        try {
            return { ...base, ...this.#read(record, components, layout) };
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.#findings.push(finding(error.kind === 'unsupported' ? 'warning' : 'error', error, SPEC));
            const bytes = record.size * this.#sectorSize;
            const size = Number.isSafeInteger(bytes) ? bytes : 0;
            return { ...base, extents: [], map: new ComputedMap(unreadable(error), size), obstacle: error };
        }
    }
    #read(record, components, layout) {
        const at = this.#place(`volume "${record.name}"`);
        if (components.length === 0 || components.length !== record.componentCount) {
            const message = `volume "${record.name}" has ${components.length} of ${record.componentCount} components`;
            throw corrupt('LDM_COMPONENT_MISSING', message, at);
        }
        const size = record.size * this.#sectorSize;
        if (!(size > 0 && size <= Number.MAX_SAFE_INTEGER)) {
            throw corrupt('LDM_VOLUME_SIZE', `volume "${record.name}" has ${record.size} sectors`, at);
        }
        if (layout === 'striped' || layout === 'raid5') {
            const what = layout === 'striped' ? 'striped' : 'a RAID-5';
            throw unsupported('LDM_LAYOUT_UNSUPPORTED', `volume "${record.name}" is ${what}: pitvault reads simple, spanned and mirrored ones`, {
                ...at,
                hint: 'attach all disks of the group on Windows, import it there (diskpart: select disk N, import), and copy the files',
            });
        }
        return layout === 'mirrored' ? this.#mirror(record, components, size) : this.#side(record, components[0], size);
    }
    /** One side of a mirror. Sides are not compared: what was written to one of them only is not seen. */
    #mirror(record, components, size) {
        const refused = [];
        for (const component of components) {
            const behind = this.#diskBehind(component);
            const side = component.state === ACTIVE && behind === null ? this.#side(record, component, size) : null;
            if (side?.obstacle === null) {
                const message = `volume "${record.name}" is a mirror: side "${component.name}" is read, the others are not compared`;
                const at = this.#place(`volume "${record.name}"`);
                this.#findings.push(finding('info', { code: 'LDM_MIRROR_SIDE', message, at }, SPEC));
                return side;
            }
            const why = behind === null ? `its state is "${component.state}"` : `disk ${behind} was not there lately`;
            refused.push(`"${component.name}": ${side === null ? why : side.obstacle.message}`);
        }
        throw unsupported('LDM_MIRROR_NO_SIDE', `volume "${record.name}" is a mirror without a side that is whole: ${refused.join('; ')}`, {
            ...this.#place(`volume "${record.name}"`),
            hint: 'give the other disks of the group: --disk IMAGE (repeatable)',
        });
    }
    /** Name of a disk of the component that missed the group's last transactions, so that its bytes may be old. */
    #diskBehind(component) {
        for (const { diskId } of this.#partitions.get(component.id) ?? []) {
            const disk = this.#database.disks.get(diskId);
            const member = disk?.guid == null ? null : this.#disks.member(disk.guid);
            if (member !== null && member.facts.database?.committed !== this.#database.committed)
                return member.facts.name;
        }
        return null;
    }
    /** A component whose partitions lie one behind the other. */
    #side(record, component, size) {
        const what = `component "${component.name}" of volume "${record.name}"`;
        const at = this.#place(what);
        if (component.layout !== COMPONENT_LAYOUT.concatenated) {
            throw unsupported('LDM_LAYOUT_UNSUPPORTED', `${what} has layout ${component.layout}`, {
                ...at,
                hint: 'attach all disks of the group on Windows, and import it there',
            });
        }
        const partitions = [...(this.#partitions.get(component.id) ?? [])].sort((a, b) => a.offset - b.offset);
        if (partitions.length === 0 || partitions.length !== component.partitionCount) {
            const message = `${what} has ${partitions.length} of ${component.partitionCount} partitions`;
            throw corrupt('LDM_PARTITION_MISSING', message, at);
        }
        let end = 0;
        const parts = [];
        for (const partition of partitions) {
            if (partition.offset !== end || !(partition.size > 0)) {
                const message = `partition "${partition.name}" of ${what} begins at sector ${partition.offset} of it, expected ${end}`;
                throw corrupt('LDM_PARTITIONS_GAP', message, at);
            }
            end += partition.size;
            parts.push(this.#part(partition));
        }
        if (!(end * this.#sectorSize >= size && end * this.#sectorSize <= Number.MAX_SAFE_INTEGER)) {
            throw corrupt('LDM_VOLUME_SIZE', `${what} has ${end} sectors, the volume ${record.size}`, at);
        }
        return {
            extents: parts.map(({ extent }) => extent),
            map: new SliceMap(new ConcatMap(parts.map(({ map }) => map)), 0, size),
            obstacle: parts.find(({ error }) => error !== null)?.error ?? null,
        };
    }
    /** Where one partition lies: on a disk at hand, or nowhere. */
    #part(partition) {
        const length = partition.size * this.#sectorSize;
        const disk = this.#database.disks.get(partition.diskId);
        const extent = {
            offset: partition.offset * this.#sectorSize,
            length,
            diskName: disk?.name ?? '',
            diskGuid: disk?.guid ?? null,
            image: null,
            diskOffset: null,
        };
        const lost = (error) => ({ extent, map: new ComputedMap(unreadable(error), length), error });
        const what = `partition "${partition.name}"`;
        if (disk === undefined || disk.guid === null) {
            const message = `${what} lies on disk ${partition.diskId}, of which there is no record with a GUID`;
            return lost(corrupt('LDM_DISK_RECORD_MISSING', message, this.#place(what)));
        }
        const member = this.#disks.member(disk.guid);
        if (member === null)
            return lost(this.#disks.missingError({ guid: disk.guid, name: disk.name }));
        const { facts } = member;
        if (facts.sectorSize !== this.#sectorSize) {
            const message = `${facts.name} has sectors of ${facts.sectorSize} bytes, ${this.#image} of ${this.#sectorSize}`;
            return lost(unsupported('LDM_SECTOR_SIZES', message, this.#place(what)));
        }
        const diskOffset = facts.logicalOffset + partition.start * this.#sectorSize;
        const end = diskOffset + length;
        const at = { image: facts.name, structure: what, offset: diskOffset };
        if (!(end <= facts.logicalOffset + facts.logicalLength)) {
            const message = `${what} ends at ${hex(end)}, behind the area for volumes of ${facts.name}`;
            return lost(corrupt('LDM_PARTITION_OUTSIDE', message, at));
        }
        if (diskOffset < facts.configOffset + facts.configLength && facts.configOffset < end) {
            return lost(corrupt('LDM_PARTITION_IN_DATABASE', `${what} lies over the database of ${facts.name}`, at));
        }
        const there = { ...extent, image: facts.name, diskOffset };
        if (end <= member.disk.size)
            return { extent: there, map: new SliceMap(member.disk, diskOffset, length), error: null };
        const error = corrupt('LDM_PARTITION_CUT_OFF', `${what} ends at ${hex(end)}, ${facts.name} at ${hex(member.disk.size)}`, {
            ...at,
            hint: 'the image is cut off: compare its size with the original',
        });
        const whole = Math.max(0, member.disk.size - diskOffset);
        const head = whole > 0 ? [new SliceMap(member.disk, diskOffset, whole)] : [];
        return { extent: there, map: new ConcatMap([...head, new ComputedMap(unreadable(error), length - whole)]), error };
    }
    #place(structure) {
        return { image: this.#image, structure };
    }
}
function layoutOf(record, components, partitions) {
    const layouts = new Set(components.map(({ layout }) => layout));
    if (record.kind === VOLUME_KIND.raid5 || layouts.has(COMPONENT_LAYOUT.raid5))
        return 'raid5';
    if (layouts.has(COMPONENT_LAYOUT.striped))
        return 'striped';
    if (components.length > 1)
        return 'mirrored';
    return (partitions.get(components[0]?.id ?? -1)?.length ?? 0) > 1 ? 'spanned' : 'simple';
}
/** Partitions that use the same sectors of a disk. */
function overlaps(database, image) {
    const found = [];
    for (const partitions of groupBy(database.partitions.values(), ({ diskId }) => diskId).values()) {
        const ordered = [...partitions].sort((a, b) => a.start - b.start);
        for (const [index, partition] of ordered.entries()) {
            const before = ordered[index - 1];
            if (before === undefined || before.start + before.size <= partition.start)
                continue;
            const message = `partitions "${before.name}" and "${partition.name}" overlap at sector ${partition.start}`;
            found.push(finding('error', { code: 'LDM_PARTITIONS_OVERLAP', message, at: { image, structure: 'VBLK' } }, SPEC));
            if (found.length === TOLD_MAX)
                return found;
        }
    }
    return found;
}
function groupBy(items, keyOf) {
    const groups = new Map();
    for (const item of items) {
        const group = groups.get(keyOf(item));
        if (group === undefined)
            groups.set(keyOf(item), [item]);
        else
            group.push(item);
    }
    return groups;
}
