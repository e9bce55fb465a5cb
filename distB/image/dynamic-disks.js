/**
 * The other disks of a dynamic disk's group: given by the user, attached beside it, or found in its folder by the GUID of
 * the group; and the volumes that all of them make.
 *
 * 1. A disk that was given counts before one that was found; folders are looked into only while a disk is missing.
 * 2. In a folder, a disk that another one found there is a child of is that child, not a second copy of it.
 * 3. What lies in the folder and cannot be opened, or is of another group, is none of this group's disks.
 */
import { resolve } from 'node:path';
import { finding } from "../disk/disk-image.js";
import { StorageError } from "../errors.js";
import { dynamicVolumes } from "../ldm/disk-group.js";
import { readLdmDisk } from "../ldm/ldm-disk.js";
import { disksMissing, GroupDisks } from "../ldm/members.js";
import { FileMap } from "../map/maps.js";
import { readPartitionTable } from "../partition/partition-table.js";
import { isDynamicPartition, TYPE_GUID } from "../partition/partition-types.js";
import { imagesBeside } from "./parent-search.js";
import { isImageName, OpenContext } from "./source.js";
/** Files of a folder that are opened to see what they are. */
const LOOKED_AT_MAX = 256;
const NONE = { volumes: [], findings: [] };
export function isDynamic(table) {
    return table.partitions.some(({ type }) => isDynamicPartition(type));
}
/** The dynamic volumes of the group that the disk belongs to; none where it is not dynamic. */
export function findDynamicVolumes(search) {
    const { asked } = search;
    if (!isDynamic(asked.partitionTable))
        return NONE;
    const { found, findings } = readMember(asked);
    if (found === null)
        return { volumes: [], findings };
    const members = [found];
    const told = [];
    for (const disk of search.given) {
        const member = memberOf(disk, found);
        if (member !== null)
            members.push(member);
        else
            told.push(foreign(disk, found));
    }
    for (const disk of search.neighbours) {
        const member = memberOf(disk, found);
        if (member !== null)
            members.push(member);
    }
    members.push(...membersInFolders(search, members));
    const { volumes, findings: ofGroup } = dynamicVolumes(members);
    return { volumes, findings: [...told, ...ofGroup] };
}
function readMember(at) {
    const { name, disk, partitionTable } = at;
    const metadata = partitionTable.partitions.find(({ type }) => type === TYPE_GUID.ldmMetadata) ?? null;
    const { found, findings } = readLdmDisk(disk, { name, sectorSize: partitionTable.sectorSize, metadata });
    return { found: found === null ? null : { disk, facts: found }, findings };
}
/** The disk as a member of the same group, or null. */
function memberOf(at, asked) {
    if (!isDynamic(at.partitionTable))
        return null;
    const { found } = readMember(at);
    return found?.facts.groupGuid === asked.facts.groupGuid ? found : null;
}
function foreign({ name }, asked) {
    const { groupName, groupGuid } = asked.facts;
    const message = `${name} is no disk of disk group "${groupName}" {${groupGuid}}`;
    return finding('warning', { code: 'LDM_DISK_FOREIGN', message, at: { image: name, structure: 'disk group' } });
}
/** Disks that are still missing, found in the folder of the image and in those that the user names. */
function membersInFolders(search, members) {
    const { source, context } = search;
    const own = source.hostPath === null ? null : resolve(source.hostPath);
    const searchFolders = context.options.searchFolders ?? [];
    const childFolder = own === null ? null : resolve(own, '..');
    const missing = missingAmong(members);
    if (missing?.size === 0)
        return [];
    const candidates = [];
    let looked = 0;
    for (const path of imagesBeside({ childFolder, searchFolders }, isImageName)) {
        if (path === own || context.reads(path))
            continue;
        if (++looked > LOOKED_AT_MAX)
            break;
        const candidate = tryMember(search, path, members[0]);
        if (candidate === null)
            continue;
        if (missing === null || missing.has(candidate.member.facts.diskGuid))
            candidates.push(candidate);
        else
            candidate.context.close();
    }
    const isParent = ({ path }) => candidates.some((other) => other.path !== path && other.context.reads(path));
    const parents = new Set(candidates.filter(isParent));
    for (const candidate of candidates) {
        if (parents.has(candidate))
            candidate.context.close();
        else
            context.adopt(candidate.context);
    }
    return candidates.filter((candidate) => !parents.has(candidate)).map(({ member }) => member);
}
/** GUIDs of the disks that the newest database among these knows and none of them is; null: no database is at hand. */
function missingAmong(members) {
    const disks = new GroupDisks(members);
    if (disks.database === null)
        return null;
    return new Set(disksMissing(disks.database, disks).map(({ guid }) => guid));
}
function tryMember(search, path, asked) {
    const context = new OpenContext(search.context.options, search.context);
    let member = null;
    try {
        const source = { map: new FileMap(context.openFile(path)), name: path, hostPath: path };
        const disk = search.openDisk(source, context);
        const { format, logicalSectorSize: sectorSize } = disk;
        const partitionTable = readPartitionTable(disk, { name: path, sectorSize, isAssumed: format === 'raw' });
        member = memberOf({ name: path, disk, partitionTable }, asked);
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
    }
    if (member !== null)
        return { member, path, context };
    context.close();
    return null;
}
