/**
 * The other disks of a dynamic disk's group: given by the user, attached beside it, or found in its folder by the GUID of
 * the group; and the volumes that all of them make.
 *
 * 1. A disk that was given counts before one that was found; folders are looked into only while a disk is missing.
 * 2. In a folder, a disk that another one found there is a child of is that child, not a second copy of it.
 * 3. One file by two names, or given and attached, is one disk, not two copies of it.
 * 4. What lies in the folder and cannot be opened, or is of another group, is none of this group's disks.
 */

import { resolve } from 'node:path';
import type { DiskImage } from '../disk/disk-image.ts';
import { finding } from '../disk/disk-image.ts';
import { type Finding, StorageError } from '../errors.ts';
import { identityOf } from '../io/disk-file.ts';
import { type DynamicVolumes, dynamicVolumes } from '../ldm/disk-group.ts';
import { type LdmMember, readLdmDisk } from '../ldm/ldm-disk.ts';
import { disksMissing, GroupDisks } from '../ldm/members.ts';
import { FileMap } from '../map/maps.ts';
import { type PartitionTable, readPartitionTable } from '../partition/partition-table.ts';
import { isDynamicPartition, TYPE_GUID } from '../partition/partition-types.ts';
import { imagesBeside, realFolder } from './parent-search.ts';
import { isImageName, OpenContext, type Source } from './source.ts';

/** Files of a folder that are opened to see what they are. */
const LOOKED_AT_MAX = 256;

/** A disk as far as this module needs it. */
export type DiskAtHand = {
  readonly name: string;
  readonly source: Source;
  readonly disk: DiskImage;
  readonly partitionTable: PartitionTable;
};

export type DynamicSearch = {
  readonly asked: DiskAtHand;
  readonly source: Source;
  /** Disks that the user gave for this: those that are not of the group are told. */
  readonly given: readonly DiskAtHand[];
  /** Further open disks, of which some may be of the group. */
  readonly neighbours: readonly DiskAtHand[];
  readonly context: OpenContext;
  readonly openDisk: (source: Source, context: OpenContext) => DiskImage;
};

const NONE: DynamicVolumes = { volumes: [], findings: [] };

export function isDynamic(table: PartitionTable): boolean {
  return table.partitions.some(({ type }) => isDynamicPartition(type));
}

/** The dynamic volumes of the group that the disk belongs to; none where it is not dynamic. */
export function findDynamicVolumes(search: DynamicSearch): DynamicVolumes {
  const { asked } = search;
  if (!isDynamic(asked.partitionTable)) return NONE;
  const { found, findings } = readMember(asked);
  if (found === null) return { volumes: [], findings };
  const members: LdmMember[] = [found];
  const told: Finding[] = [];
  const isNew = (disk: DiskAtHand, index: number, disks: readonly DiskAtHand[]): boolean =>
    !disks.slice(0, index).some((other) => fileOf(other) === fileOf(disk));
  const others = [asked, ...search.given, ...search.neighbours].filter(isNew);
  for (const disk of others.slice(1)) {
    const member = memberOf(disk, found);
    if (member !== null) members.push(member);
    else if (search.given.includes(disk)) told.push(foreign(disk, found));
  }
  members.push(...membersInFolders(search, members));
  const { volumes, findings: ofGroup } = dynamicVolumes(members);
  return { volumes, findings: [...told, ...ofGroup] };
}

/** Tells whether two are one: the file, whatever names it has; the name where it lies inside of something else. */
function fileOf({ source: { map, name } }: DiskAtHand): string {
  return map instanceof FileMap ? map.file.identity : name;
}

function readMember(at: DiskAtHand): { found: LdmMember | null; findings: readonly Finding[] } {
  const { name, disk, partitionTable } = at;
  const metadata = partitionTable.partitions.find(({ type }) => type === TYPE_GUID.ldmMetadata) ?? null;
  const { found, findings } = readLdmDisk(disk, { name, sectorSize: partitionTable.sectorSize, metadata });
  return { found: found === null ? null : { disk, facts: found }, findings };
}

/** The disk as a member of the same group, or null. */
function memberOf(at: DiskAtHand, asked: LdmMember): LdmMember | null {
  if (!isDynamic(at.partitionTable)) return null;
  const { found } = readMember(at);
  return found?.facts.groupGuid === asked.facts.groupGuid ? found : null;
}

function foreign({ name }: DiskAtHand, asked: LdmMember): Finding {
  const { groupName, groupGuid } = asked.facts;
  const message = `${name} is no disk of disk group "${groupName}" {${groupGuid}}`;
  return finding('warning', { code: 'LDM_DISK_FOREIGN', message, at: { image: name, structure: 'disk group' } });
}

type Candidate = { readonly member: LdmMember; readonly path: string; readonly context: OpenContext };

/** Disks that are still missing, found in the folder of the image and in those that the user names. */
function membersInFolders(search: DynamicSearch, members: readonly LdmMember[]): LdmMember[] {
  const { source, context } = search;
  const own = source.hostPath === null ? null : resolve(source.hostPath);
  const real = realFolder(own); // another one where the image is reached by a link
  const searchFolders = [...(context.options.searchFolders ?? []), ...(real === null ? [] : [real])];
  const childFolder = own === null ? null : resolve(own, '..');
  const missing = missingAmong(members);
  if (missing?.size === 0) return [];
  const candidates: Candidate[] = [];
  const seen = new Set<string | null>();
  let looked = 0;
  for (const path of imagesBeside({ childFolder, searchFolders }, isImageName)) {
    if (path === own || context.reads(path)) continue;
    const identity = identityOf(path);
    if (seen.has(identity)) continue;
    seen.add(identity);
    if (++looked > LOOKED_AT_MAX) break;
    const candidate = tryMember(search, path, members[0]!);
    if (candidate === null) continue;
    if (missing === null || missing.has(candidate.member.facts.diskGuid)) candidates.push(candidate);
    else candidate.context.close();
  }
  const isParent = ({ path }: Candidate): boolean =>
    candidates.some((other) => other.path !== path && other.context.reads(path));
  const parents = new Set(candidates.filter(isParent));
  for (const candidate of candidates) {
    if (parents.has(candidate)) candidate.context.close();
    else context.adopt(candidate.context);
  }
  return candidates.filter((candidate) => !parents.has(candidate)).map(({ member }) => member);
}

/** GUIDs of the disks that the newest database among these knows and none of them is; null: no database is at hand. */
function missingAmong(members: readonly LdmMember[]): Set<string> | null {
  const disks = new GroupDisks(members);
  if (disks.database === null) return null;
  return new Set(disksMissing(disks.database, disks).map(({ guid }) => guid));
}

function tryMember(search: DynamicSearch, path: string, asked: LdmMember): Candidate | null {
  const context = new OpenContext(search.context.options, search.context);
  let member: LdmMember | null = null;
  try {
    const source: Source = { map: new FileMap(context.openFile(path)), name: path, hostPath: path };
    const disk = search.openDisk(source, context);
    const { format, logicalSectorSize: sectorSize } = disk;
    const partitionTable = readPartitionTable(disk, { name: path, sectorSize, isAssumed: format === 'raw' });
    member = memberOf({ name: path, source, disk, partitionTable }, asked);
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
  }
  if (member !== null) return { member, path, context };
  context.close();
  return null;
}
