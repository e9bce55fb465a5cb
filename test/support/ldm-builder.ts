/**
 * Disk groups of Windows dynamic disks, made from the format's description; shares nothing with src. The result is plain
 * bytes, which a test fills and damages as it likes.
 */

import { buildGptDisk, writeMbr } from './gpt-builder.ts';

const SECTOR = 512;
const CONFIG_SECTORS = 2048;
const VBLK = 128;
const PAYLOAD = VBLK - 16;
/** Sectors of the configuration area: table of contents, database. */
const TOC_SECTORS = [1, 2, CONFIG_SECTORS - 3, CONFIG_SECTORS - 2];
const VMDB_SECTOR = 17;
const VMDB_SECTORS = 1481;
const METADATA_TYPE = 'aac808588f7ee04285d2e1e90434cfb3';
const DATA_TYPE = 'a0609baf3114624fbc683311714a69ad';
const GPT_METADATA_START = 34;

export type LdmPartSpec = { readonly disk: number; readonly start: number; readonly size: number };

export type LdmVolumeSpec = {
  readonly name: string;
  readonly guid: string;
  /** One list of parts for each component, in the order of the component. Sectors, from the logical start of the disk. */
  readonly components: readonly (readonly LdmPartSpec[])[];
  /** Of the components: 1 striped, 2 concatenated, 3 RAID-5. */
  readonly layout?: number;
  readonly states?: readonly string[];
  readonly hint?: string;
  /** Sectors; those of the first component unless said. */
  readonly size?: number;
};

export type LdmDiskSpec = {
  readonly name: string;
  readonly guid: string;
  readonly scheme: 'mbr' | 'gpt';
  readonly sectors: number;
};

export type LdmGroupSpec = {
  readonly name: string;
  readonly guid: string;
  readonly disks: readonly LdmDiskSpec[];
  readonly volumes: readonly LdmVolumeSpec[];
  readonly sequence?: number;
  readonly status?: number;
};

export type LdmLayout = { readonly logicalStart: number; readonly logicalSize: number; readonly configStart: number };

/** Sectors of a disk that volumes may use, and where its database lies. */
export function layoutOf({ scheme, sectors }: LdmDiskSpec): LdmLayout {
  if (scheme === 'mbr')
    return { logicalStart: 63, logicalSize: sectors - CONFIG_SECTORS - 63, configStart: sectors - CONFIG_SECTORS };
  const logicalStart = GPT_METADATA_START + CONFIG_SECTORS;
  return { logicalStart, logicalSize: sectors - 33 - logicalStart, configStart: GPT_METADATA_START };
}

/** The disks of the group, empty but for what Windows keeps on them. */
export function buildLdmGroup(group: LdmGroupSpec): Buffer[] {
  const database = buildDatabase(group);
  return group.disks.map((spec) => {
    const { sectors, scheme } = spec;
    const { logicalStart, logicalSize, configStart } = layoutOf(spec);
    const disk =
      scheme === 'mbr'
        ? Buffer.alloc(sectors * SECTOR)
        : buildGptDisk({
            sectorSize: SECTOR,
            sectors,
            partitions: [
              {
                type: METADATA_TYPE,
                guid: '11'.repeat(16),
                first: configStart,
                last: configStart + CONFIG_SECTORS - 1,
              },
              { type: DATA_TYPE, guid: '22'.repeat(16), first: logicalStart, last: logicalStart + logicalSize - 1 },
            ],
          });
    if (scheme === 'mbr') writeMbr(disk, 0, [{ type: 0x42, start: 63, count: sectors - 63 }], 0x1234_5678);
    const head = privHead(group, spec);
    const heads =
      scheme === 'mbr' ? [6, configStart + 1856, sectors - 1] : [configStart + 1856, configStart + CONFIG_SECTORS - 1];
    for (const sector of heads) head.copy(disk, sector * SECTOR);
    for (const sector of TOC_SECTORS) tocBlock().copy(disk, (configStart + sector) * SECTOR);
    database.copy(disk, (configStart + VMDB_SECTOR) * SECTOR);
    return disk;
  });
}

function privHead(group: LdmGroupSpec, disk: LdmDiskSpec): Buffer {
  const { logicalStart, logicalSize, configStart } = layoutOf(disk);
  const head = Buffer.alloc(SECTOR);
  head.write('PRIVHEAD', 0, 'latin1');
  head.writeUInt16BE(2, 0x0c);
  head.writeUInt16BE(12, 0x0e);
  head.writeBigUInt64BE(133_000_000_000_000_000n, 0x10);
  head.writeBigUInt64BE(0x7ffn, 0x20);
  head.writeBigUInt64BE(0x740n, 0x28);
  head.write(disk.guid, 0x30, 'latin1');
  head.write('cccccccc-0000-0000-0000-000000000001', 0x70, 'latin1');
  head.write(group.guid, 0xb0, 'latin1');
  head.write(group.name, 0xf0, 'latin1');
  head.writeUInt16BE(0x200, 0x110);
  for (const [at, value] of [
    [0x11b, logicalStart],
    [0x123, logicalSize],
    [0x12b, configStart],
    [0x133, CONFIG_SECTORS],
    [0x13b, 4],
    [0x143, 1],
    [0x153, VMDB_SECTORS],
    [0x15b, 224],
  ] as const) {
    head.writeBigUInt64BE(BigInt(value), at);
  }
  head.writeUInt32BE(1, 0x14b);
  head.writeUInt32BE(1, 0x14f);
  return head;
}

function tocBlock(): Buffer {
  const toc = Buffer.alloc(SECTOR);
  toc.write('TOCBLOCK', 0, 'latin1');
  toc.writeUInt32BE(1, 8);
  for (const [index, [name, start, size]] of (
    [
      ['config', VMDB_SECTOR, VMDB_SECTORS],
      ['log', 1498, 224],
    ] as const
  ).entries()) {
    const at = 0x24 + index * 0x22;
    toc.write(name, at, 'latin1');
    toc.writeBigUInt64BE(BigInt(start), at + 10);
    toc.writeBigUInt64BE(BigInt(size), at + 18);
  }
  return toc;
}

/** A number with its length before it; always at least one byte. */
function number(value: number): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const zeros = (count: number): Buffer => Buffer.alloc(count);
const guidBytes = (guid: string): Buffer => Buffer.from(guid.replaceAll('-', ''), 'hex');

type Record = { readonly type: number; readonly flags: number; readonly fields: Buffer };

function buildDatabase(group: LdmGroupSpec): Buffer {
  const records: Record[] = [];
  let next = 1;
  const counts = { volumes: 0, components: 0, partitions: 0, disks: 0 };
  records.push({
    type: 0x35,
    flags: 0,
    fields: Buffer.concat([number(next++), text(group.name), text(group.guid), zeros(8)]),
  });
  const diskIds = group.disks.map((disk, index) => {
    const id = next++;
    counts.disks++;
    // Both revisions of the record: the GUID as text, and as bytes.
    const guid = index % 2 === 0 ? text(disk.guid) : guidBytes(disk.guid);
    const fields = Buffer.concat([number(id), text(disk.name), guid, text(''), zeros(16)]);
    records.push({ type: index % 2 === 0 ? 0x34 : 0x44, flags: 0, fields });
    return id;
  });
  for (const [index, volume] of group.volumes.entries()) {
    const id = next++;
    counts.volumes++;
    const layout = volume.layout ?? 2;
    const size = volume.size ?? volume.components[0]!.reduce((sum, part) => sum + part.size, 0);
    const raid5 = layout === 3;
    records.push({
      type: 0x51,
      flags: volume.hint === undefined ? 0 : 0x02,
      fields: Buffer.concat([
        number(id),
        text(volume.name),
        text(raid5 ? 'raid5' : 'gen'),
        text(''),
        Buffer.from('ACTIVE'.padEnd(14, '\0'), 'latin1'),
        Buffer.from([raid5 ? 4 : 3, 0, index + 1, 0, 0, 0, 0]),
        number(volume.components.length),
        zeros(16),
        number(size),
        zeros(4),
        Buffer.from([7]),
        guidBytes(volume.guid),
        volume.hint === undefined ? zeros(0) : text(volume.hint),
      ]),
    });
    for (const [side, parts] of volume.components.entries()) {
      const component = next++;
      counts.components++;
      const columns = layout === 2 ? zeros(0) : Buffer.concat([number(128), number(parts.length)]);
      records.push({
        type: 0x32,
        flags: layout === 2 ? 0 : 0x10,
        fields: Buffer.concat([
          number(component),
          text(`${volume.name}-0${side + 1}`),
          text(volume.states?.[side] ?? 'ACTIVE'),
          Buffer.from([layout, 0, 0, 0, 0]),
          number(parts.length),
          zeros(16),
          number(id),
          zeros(1),
          columns,
        ]),
      });
      let offset = 0;
      for (const [column, part] of parts.entries()) {
        counts.partitions++;
        const partition = next++;
        records.push({
          type: 0x33,
          flags: layout === 2 ? 0 : 0x08,
          fields: Buffer.concat([
            number(partition),
            text(`${group.disks[part.disk]!.name}-${String(counts.partitions).padStart(2, '0')}`),
            zeros(12),
            u64(part.start),
            u64(layout === 2 ? offset : 0),
            number(part.size),
            number(component),
            number(diskIds[part.disk]!),
            layout === 2 ? zeros(0) : number(column),
          ]),
        });
        offset += part.size;
      }
    }
  }
  return vmdb(group, counts, records.flatMap(partsOf));
}

/** A record as VBLK entries: longer ones are split, as Windows does. */
function partsOf({ type, flags, fields }: Record, index: number): Buffer[] {
  const header = Buffer.alloc(8);
  header[2] = flags;
  header[3] = type;
  header.writeUInt32BE(fields.length, 4);
  const payload = Buffer.concat([header, fields]);
  const count = Math.ceil(payload.length / PAYLOAD);
  return Array.from({ length: count }, (_, part) => {
    const entry = Buffer.alloc(VBLK);
    entry.write('VBLK', 0, 'latin1');
    entry.writeUInt32BE(index + 1, 8);
    entry.writeUInt16BE(part, 12);
    entry.writeUInt16BE(count, 14);
    payload.copy(entry, 16, part * PAYLOAD, (part + 1) * PAYLOAD);
    return entry;
  });
}

function vmdb(
  group: LdmGroupSpec,
  counts: { volumes: number; components: number; partitions: number; disks: number },
  entries: Buffer[],
): Buffer {
  const head = Buffer.alloc(SECTOR);
  head.write('VMDB', 0, 'latin1');
  head.writeUInt32BE(entries.length + 4, 4);
  head.writeUInt32BE(VBLK, 8);
  head.writeUInt32BE(SECTOR, 12);
  head.writeUInt16BE(group.status ?? 1, 16);
  head.writeUInt16BE(4, 18);
  head.writeUInt16BE(10, 20);
  head.write(group.name, 0x16, 'latin1');
  head.write(group.guid, 0x35, 'latin1');
  for (const at of [0x75, 0x7d]) head.writeBigUInt64BE(BigInt(group.sequence ?? 10), at);
  const values = [counts.volumes, counts.components, counts.partitions, counts.disks];
  for (const [index, value] of values.entries()) {
    head.writeUInt32BE(value, 0x85 + 4 * index);
  }
  const free = Buffer.alloc(VBLK);
  free.write('VBLK', 0, 'latin1');
  // Free places between the records, as deleted volumes leave them.
  const all = entries.flatMap((entry, index) => (index % 3 === 2 ? [entry, free] : [entry]));
  for (const [index, entry] of all.entries()) entry.writeUInt32BE(index + 4, 4);
  return Buffer.concat([head, ...all]);
}
