/** `pitvault info IMAGE` */

import { isoTime } from '../../base/iso-time.ts';
import type { DiskImage } from '../../disk/disk-image.ts';
import { StorageError } from '../../errors.ts';
import { type Image, openImage } from '../../image/image.ts';
import type { Volume } from '../../image/volume.ts';
import type { DynamicVolume } from '../../ldm/disk-group.ts';
import { plainText } from '../../partition/identify-volume.ts';
import { attributeNames, contextName } from '../../vss/format.ts';
import type { ShadowCopy } from '../../vss/shadow-copies.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table, timeText } from '../format.ts';
import { findingLine, json, line } from '../output.ts';

export async function run({ words, json: asJson, open }: CommandCall): Promise<number> {
  await using image = await openImage(words[0]!, open);
  const value = describeImage(image);
  if (asJson) json(value);
  else print(value);
  return ExitCode.ok;
}

function describeImage(image: Image) {
  const chain: DiskImage[] = [];
  for (let disk: DiskImage | null = image.disk; disk !== null; disk = disk.parent) chain.push(disk);
  const table = image.partitionTable;
  const volumes = image.listVolumes().map(describeVolume);
  return {
    image: image.name,
    size: image.disk.size,
    chain: chain.map((disk) => ({
      name: disk.name,
      format: disk.format,
      type: disk.type,
      size: disk.size,
      blockSize: disk.blockSize,
      logicalSectorSize: disk.logicalSectorSize,
      ...disk.describe(),
    })),
    partitionTable: { scheme: table.scheme, sectorSize: table.sectorSize, diskId: table.diskId },
    volumes,
    findings: [...image.findings, ...volumes.flatMap((volume) => volume.findings)],
  };
}

function describeVolume(volume: Volume) {
  const { partition, identity } = volume;
  const shadowCopies = identity.kind === 'ntfs' ? volume.shadowCopies : null;
  const base = {
    ...partition,
    kind: identity.kind,
    about:
      volume.dynamic?.obstacle == null || identity.kind === 'ntfs'
        ? plainText(identity)
        : volume.dynamic.obstacle.message,
    dynamic: volume.dynamic === null ? null : describeDynamic(volume.dynamic),
    label: identity.label ?? null,
    shadowCopies: shadowCopies?.copies.map(describeShadow) ?? [],
    foreignStores: shadowCopies?.foreignStores ?? 0,
  };
  const findings = shadowCopies?.findings ?? [];
  try {
    const fileSystem = volume.openFileSystem();
    const label = base.label ?? fileSystem?.info.label ?? null; // NTFS keeps it in a file of its own
    return {
      ...base,
      label,
      fileSystem: fileSystem?.info ?? null,
      findings: [...(fileSystem?.findings ?? []), ...findings],
    };
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    const { code, message, at } = error;
    return { ...base, fileSystem: null, findings: [{ severity: 'error' as const, code, message, at }, ...findings] };
  }
}

function describeDynamic({ layout, hint, groupGuid, groupName, extents, obstacle }: DynamicVolume) {
  return { layout, hint, groupGuid, groupName, extents, obstacle: obstacle?.toJSON() ?? null };
}

function describeShadow(copy: ShadowCopy) {
  const { number, storeGuid, createdMs, allocatedSize, storageName, info } = copy;
  const base = {
    number,
    id: copy.id,
    storeGuid,
    created: isoTime(createdMs),
    size: copy.map.size,
    allocatedSize,
    storageName,
  };
  if (StorageError.is(info)) return { ...base, damage: info.toJSON() };
  const { setId, originatingMachine, serviceMachine } = info;
  return {
    ...base,
    setId,
    originatingMachine,
    serviceMachine,
    type: contextName(info.context),
    attributes: attributeNames(info.attributes),
  };
}

function print(value: ReturnType<typeof describeImage>): void {
  line(`${value.image}: ${bytesText(value.size)} (${value.size} bytes)`);
  for (const [depth, disk] of value.chain.entries()) {
    const role = depth === 0 ? 'image' : `parent ${depth}`;
    const block = disk.blockSize === null ? '' : `, blocks of ${bytesText(disk.blockSize)}`;
    line(
      `${role}: ${disk.format}${disk.type === 'raw' ? '' : ` ${disk.type}`}${block}, sectors of ${disk.logicalSectorSize}${depth === 0 ? '' : `  ${disk.name}`}`,
    );
    const {
      name: _name,
      format: _format,
      type: _type,
      size: _size,
      blockSize: _block,
      logicalSectorSize: _sector,
      ...facts
    } = disk;
    for (const row of table(Object.entries(facts).flatMap(([key, fact]) => factRows(key, fact)))) line(row);
  }
  line(
    `partitions: ${value.partitionTable.scheme}${value.partitionTable.diskId === null ? '' : `, disk ${value.partitionTable.diskId}`}`,
  );
  for (const volume of value.volumes) {
    line(
      `volume ${volume.number}: ${volume.typeName}, ${bytesText(volume.length)} at ${volume.offset}${volume.guid === null ? '' : `, {${volume.guid}}`}`,
    );
    const info = volume.fileSystem;
    if (info === null) line(`  ${volume.about}${volume.label === null ? '' : `, label "${volume.label}"`}`);
    else {
      line(
        `  ${info.kind} ${info.version}, label "${info.label}", serial ${info.serial}, clusters of ${bytesText(info.clusterSize)}`,
      );
      line(`  ${info.dirty ? 'marked dirty' : 'not marked dirty'}, journal ${info.journal}`);
    }
    for (const { image, diskName, diskOffset, length } of volume.dynamic?.extents ?? []) {
      const where = image === null ? 'not here' : `${image} at ${diskOffset}`;
      line(`  ${bytesText(length)} on disk "${diskName}": ${where}`);
    }
    for (const copy of volume.shadowCopies) {
      const about =
        'damage' in copy ? `not readable: ${copy.damage.message}` : `${copy.type} from ${copy.originatingMachine}`;
      line(`  shadow copy ${copy.number}: {${copy.id}}, ${timeText(Date.parse(copy.created ?? ''))}, ${about}`);
    }
    if (volume.foreignStores > 0) line(`  holds ${volume.foreignStores} stores of shadow copies of other volumes`);
  }
  if (value.findings.length === 0) line('no findings');
  for (const finding of value.findings) line(findingLine(finding));
}

/** A fact as rows: a list of structures has one row each, a structure its fields in order. */
function factRows(key: string, fact: unknown): string[][] {
  if (!Array.isArray(fact)) return [[`  ${key}`, factText(fact)]];
  return fact.map((item, index) => [`  ${key}[${index}]`, factText(item)]);
}

function factText(fact: unknown): string {
  if (typeof fact !== 'object' || fact === null) return String(fact);
  return Object.entries(fact)
    .map(([key, value]) => `${key} ${factText(value)}`)
    .join(', ');
}
