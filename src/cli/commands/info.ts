/** `pitvault info IMAGE` */

import type { DiskImage } from '../../disk/disk-image.ts';
import { StorageError } from '../../errors.ts';
import { type Image, openImage } from '../../image/image.ts';
import type { Volume } from '../../image/volume.ts';
import { plainName } from '../../partition/identify-volume.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText, table } from '../format.ts';
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
  const base = { ...partition, kind: identity.kind, about: plainName(identity.kind), label: identity.label ?? null };
  try {
    const fileSystem = volume.openFileSystem();
    return { ...base, fileSystem: fileSystem?.info ?? null, findings: fileSystem?.findings ?? [] };
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    const { code, message, at } = error;
    return { ...base, fileSystem: null, findings: [{ severity: 'error' as const, code, message, at }] };
  }
}

function print(value: ReturnType<typeof describeImage>): void {
  line(`${value.image}: ${bytesText(value.size)} (${value.size} bytes)`);
  for (const [depth, disk] of value.chain.entries()) {
    const role = depth === 0 ? 'image' : `parent ${depth}`;
    const block = disk.blockSize === null ? '' : `, blocks of ${bytesText(disk.blockSize)}`;
    line(
      `${role}: ${disk.format} ${disk.type}${block}, sectors of ${disk.logicalSectorSize}${depth === 0 ? '' : `  ${disk.name}`}`,
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
