/**
 * Goal: a volume of a disk group is its parts, wherever they lie; second copies stand in; bytes that lie cost what hangs
 * on them, with a name, and never more. Method: random groups written by the tests' own code and compared with what was
 * laid over them; single changes with the finding each must give; random damage.
 */

import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { type DynamicVolumes, dynamicVolumes } from '../../../src/ldm/disk-group.ts';
import { type LdmMember, readLdmDisk } from '../../../src/ldm/ldm-disk.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { buildLdmGroup, type LdmGroupSpec, type LdmPartSpec, layoutOf } from '../../support/ldm-builder.ts';
import { contentOf } from '../../support/ntfs-open.ts';
import { Random } from '../../support/random.ts';

const SECTOR = 512;
const CONFIG = 2048;
const VMDB = 17;
const guid = (first: string): string => `${first.padEnd(8, first)}-1111-2222-3333-444444444444`.toLowerCase();

const GROUP: LdmGroupSpec = {
  name: 'Dg0',
  guid: guid('aa'),
  disks: [
    { name: 'Disk1', guid: guid('d1'), scheme: 'mbr', sectors: 4096 },
    { name: 'Disk2', guid: guid('d2'), scheme: 'gpt', sectors: 4096 },
  ],
  volumes: [
    // Its record takes two entries of the database.
    { name: 'Simple', guid: guid('e1'), hint: 'E:'.padEnd(60), components: [[{ disk: 0, start: 10, size: 100 }]] },
    {
      name: 'Spanned',
      guid: guid('e2'),
      components: [
        [
          { disk: 1, start: 5, size: 70 },
          { disk: 0, start: 200, size: 40 },
        ],
      ],
    },
    {
      name: 'Mirror',
      guid: guid('e3'),
      components: [[{ disk: 0, start: 300, size: 20 }], [{ disk: 1, start: 90, size: 20 }]],
    },
  ],
};

type Read = DynamicVolumes & { readonly codes: string[] };

function memberOf(
  bytes: Buffer,
  spec: LdmGroupSpec,
  index: number,
): ReturnType<typeof readLdmDisk> & { disk: FileMap } {
  const disk = new FileMap(new MemoryFile(bytes, `disk${index + 1}`));
  const { scheme } = spec.disks[index]!;
  const { configStart } = layoutOf(spec.disks[index]!);
  const metadata = scheme === 'mbr' ? null : { offset: configStart * SECTOR, length: CONFIG * SECTOR };
  return { disk, ...readLdmDisk(disk, { name: `disk${index + 1}`, sectorSize: SECTOR, metadata }) };
}

/** The volumes of these disks, the first of which was asked for; `codes`: of all findings. */
function read(disks: readonly Buffer[], spec = GROUP, which: readonly number[] = disks.map((_, index) => index)): Read {
  const members: LdmMember[] = [];
  const codes: string[] = [];
  for (const [place, bytes] of disks.entries()) {
    const { disk, found, findings } = memberOf(bytes, spec, which[place]!);
    if (found === null) codes.push(...findings.map(({ code }) => code));
    else members.push({ disk, facts: found });
  }
  if (members.length === 0) return { volumes: [], findings: [], codes };
  const group = dynamicVolumes(members);
  return { ...group, codes: [...codes, ...group.findings.map(({ code }) => code)] };
}

function fill(disks: readonly Buffer[], spec: LdmGroupSpec, parts: readonly LdmPartSpec[], bytes: Buffer): void {
  let offset = 0;
  for (const { disk, start, size } of parts) {
    bytes.copy(
      disks[disk]!,
      (layoutOf(spec.disks[disk]!).logicalStart + start) * SECTOR,
      offset,
      offset + size * SECTOR,
    );
    offset += size * SECTOR;
  }
}

describe('what lies where', () => {
  it('random groups of one to five disks read as what was laid over them, in any order of the disks', () => {
    for (let round = 0; round < 30; round++) {
      const random = new Random(Number(process.env['SEED'] ?? 1) * 100 + round);
      const disks = Array.from({ length: 1 + random.below(5) }, (_, index) => ({
        name: `Disk${index + 1}`,
        guid: guid(`d${index + 1}`),
        scheme: random.pick(['mbr', 'gpt'] as const),
        sectors: 4096,
      }));
      const free = disks.map(() => random.below(30));
      const part = (size: number): LdmPartSpec => {
        const disk = random.below(disks.length);
        const start = free[disk]!;
        free[disk] = start + size + random.below(3);
        return { disk, start, size };
      };
      const volumes = Array.from({ length: 1 + random.below(12) }, (_, index) => {
        const sizes = Array.from({ length: 1 + random.below(6) }, () => 1 + random.below(12));
        const components = Array.from({ length: 1 + random.below(2) }, () => sizes.map(part));
        return {
          name: `Volume${index + 1} ${'long '.repeat(random.below(20))}`,
          guid: guid(`b${index % 10}`),
          components,
        };
      });
      const spec: LdmGroupSpec = { name: 'Dg0', guid: guid('aa'), disks, volumes };
      const built = buildLdmGroup(spec);
      const contents = volumes.map(({ components }) => {
        const bytes = Buffer.from(random.bytes(components[0]!.reduce((sum, { size }) => sum + size, 0) * SECTOR));
        for (const parts of components) fill(built, spec, parts, bytes);
        return bytes;
      });
      const order = disks
        .map((_, index) => ({ index, key: random.below(1000) }))
        .sort((a, b) => a.key - b.key)
        .map(({ index }) => index);
      const { volumes: ours, codes } = read(
        order.map((index) => built[index]!),
        spec,
        order,
      );
      expect(
        codes.filter((code) => code !== 'LDM_MIRROR_SIDE'),
        `seed ${random.seed}`,
      ).toEqual([]);
      expect(ours.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
      for (const [index, volume] of ours.entries()) {
        const [bytes, start] = [contents[index]!, random.below(contents[index]!.length)];
        expect(Buffer.compare(contentOf(volume.map), bytes), `seed ${random.seed}, ${volume.name}`).toBe(0);
        const piece = new Uint8Array(1 + random.below(3000));
        const count = readMap(volume.map, start, piece);
        expect(Buffer.compare(piece.subarray(0, count), bytes.subarray(start, start + count))).toBe(0);
      }
    }
  });
});

/** One change, and the findings that it adds. */
type Change = readonly [
  what: string,
  change: (disks: Buffer[]) => void,
  codes: readonly string[],
  readable: readonly string[],
];

const ALL = ['Simple', 'Spanned', 'Mirror'];
const configAt = (disk: number, sector: number): number => (layoutOf(GROUP.disks[disk]!).configStart + sector) * SECTOR;
/** Where the nth record of this type stands in the database of a disk. */
function recordAt(bytes: Buffer, disk: number, type: number, nth = 0): number {
  const start = configAt(disk, VMDB) + SECTOR;
  for (let at = start, seen = 0; bytes.toString('latin1', at, at + 4) === 'VBLK'; at += 128) {
    if (
      bytes.readUInt16BE(at + 14) > 0 &&
      bytes.readUInt16BE(at + 12) === 0 &&
      bytes[at + 19] === type &&
      seen++ === nth
    )
      return at;
  }
  throw new Error(`no record ${nth} of type ${type}`);
}
/** The same change of the database on both disks. */
const both = (change: (bytes: Buffer, disk: number) => void) => (disks: Buffer[]) => disks.forEach(change);
/** First byte of the fields of a partition record behind its name: zeros, commit id, start, offset... */
const behindName = (bytes: Buffer, record: number): number => {
  const name = record + 24 + 1 + bytes[record + 24]!;
  return name + 1 + bytes[name]!;
};

const CHANGES: readonly Change[] = [
  [
    'the first PRIVHEAD is lost (MBR)',
    ([disk]) => void disk!.fill(0, 6 * SECTOR, 7 * SECTOR),
    ['LDM_PRIVHEAD_BACKUP_USED'],
    ALL,
  ],
  [
    'all but the last PRIVHEAD are lost (GPT)',
    ([, disk]) => void disk!.fill(0, configAt(1, CONFIG - 1), configAt(1, CONFIG)),
    ['LDM_PRIVHEAD_BACKUP_USED'],
    ALL,
  ],
  [
    'a PRIVHEAD of another version',
    ([disk]) => void disk!.writeUInt16BE(3, 6 * SECTOR + 12),
    ['LDM_PRIVHEAD_BACKUP_USED'],
    ALL,
  ],
  [
    'a PRIVHEAD that names no disk',
    ([disk]) => void disk!.fill(0x5a, 6 * SECTOR + 0x30, 6 * SECTOR + 0x40),
    ['LDM_PRIVHEAD_BACKUP_USED'],
    ALL,
  ],
  [
    'volumes beyond the disk',
    ([disk]) => void disk!.fill(0xff, 6 * SECTOR + 0x11b, 6 * SECTOR + 0x123),
    ['LDM_PRIVHEAD_BACKUP_USED'],
    ALL,
  ],
  [
    'a database of 2^60 bytes',
    ([disk]) => void disk!.fill(0x7f, 6 * SECTOR + 0x133, 6 * SECTOR + 0x13b),
    ['LDM_CONFIG_SIZE'],
    ALL,
  ],
  [
    'a database behind the end',
    ([disk]) => void disk!.writeBigUInt64BE(4000n, 6 * SECTOR + 0x12b),
    ['LDM_DATABASE_MISSING'],
    ALL,
  ],
  [
    'the first table of contents is lost',
    ([disk]) => void disk!.fill(0, configAt(0, 1), configAt(0, 2)),
    ['LDM_TOCBLOCK_BACKUP_USED'],
    ALL,
  ],
  [
    'a table of contents that leads outside',
    ([disk]) => void disk!.writeBigUInt64BE(5000n, configAt(0, 1) + 0x24 + 10),
    ['LDM_TOCBLOCK_BACKUP_USED'],
    ALL,
  ],
  [
    'no table of contents',
    ([disk]) => {
      for (const sector of [1, 2, CONFIG - 3, CONFIG - 2]) disk!.fill(0, configAt(0, sector), configAt(0, sector + 1));
    },
    ['LDM_TOCBLOCK_MISSING'],
    ALL,
  ],
  [
    'no database on one disk',
    ([disk]) => void disk!.fill(0, configAt(0, VMDB), configAt(0, VMDB + 1)),
    ['LDM_VMDB_SIGNATURE'],
    ALL,
  ],
  ['records of 16 bytes', ([disk]) => void disk!.writeUInt32BE(16, configAt(0, VMDB) + 8), ['LDM_VMDB_VBLK_SIZE'], ALL],
  [
    'records from 4 GiB on',
    ([disk]) => void disk!.writeUInt32BE(0xffff_ffff, configAt(0, VMDB) + 12),
    ['LDM_VMDB_VBLK_OFFSET'],
    ALL,
  ],
  [
    'a group without a GUID',
    ([disk]) => void disk!.fill(0x5a, configAt(0, VMDB) + 0x35, configAt(0, VMDB) + 0x40),
    ['LDM_VMDB_GUID'],
    ALL,
  ],
  [
    'the database of another group',
    ([disk]) => void disk!.write('b', configAt(0, VMDB) + 0x35),
    ['LDM_GROUP_MISMATCH'],
    ALL,
  ],
  ['a transaction under way on one disk', ([disk]) => void disk!.writeUInt16BE(2, configAt(0, VMDB) + 16), [], ALL],
  [
    'a transaction under way',
    both((disk, index) => disk.writeUInt16BE(2, configAt(index, VMDB) + 16)),
    ['LDM_VMDB_NOT_CONSISTENT'],
    ALL,
  ],
  [
    'another count',
    both((disk, index) => disk.writeUInt32BE(9, configAt(index, VMDB) + 0x85)),
    ['LDM_VMDB_COUNT'],
    ALL,
  ],
  [
    'a volume record that runs past its end',
    both((disk, index) => void (disk[recordAt(disk, index, 0x51) + 24] = 0xff)),
    ['LDM_RECORD_FIELDS', 'LDM_VMDB_COUNT'],
    ALL.slice(1),
  ],
  [
    'a record that is longer than its parts',
    both((disk, index) => disk.writeUInt32BE(0xffff_ffff, recordAt(disk, index, 0x33) + 20)),
    ['LDM_RECORD_FIELDS', 'LDM_VMDB_COUNT', 'LDM_PARTITION_MISSING'],
    ALL.slice(1),
  ],
  [
    'part 5 of 2 of a record',
    both((disk, index) => void disk.writeUInt16BE(5, recordAt(disk, index, 0x51) + 12)),
    ['LDM_VBLK_PART', 'LDM_VBLK_PART_MISSING', 'LDM_VMDB_COUNT'],
    ALL.slice(1),
  ],
  [
    'the same record twice',
    both(
      (disk, index) =>
        void disk.copy(
          disk,
          recordAt(disk, index, 0x32, 1),
          recordAt(disk, index, 0x32),
          recordAt(disk, index, 0x32) + 128,
        ),
    ),
    ['LDM_RECORD_TWICE', 'LDM_VMDB_COUNT', 'LDM_COMPONENT_MISSING'],
    ['Simple', 'Mirror'],
  ],
  [
    'a gap between the parts of a volume',
    both((disk, index) => {
      const record = recordAt(disk, index, 0x33, 2);
      disk.writeBigUInt64BE(71n, behindName(disk, record) + 12 + 8);
    }),
    ['LDM_PARTITIONS_GAP'],
    ['Simple', 'Mirror'],
  ],
  [
    'a part behind the end of its disk',
    both((disk, index) => {
      const record = recordAt(disk, index, 0x33);
      disk.writeBigUInt64BE(0x10_0000n, behindName(disk, record) + 12);
    }),
    ['LDM_PARTITION_OUTSIDE?Simple'],
    ALL.slice(1),
  ],
  [
    'a part at 2^60',
    both((disk, index) => {
      const record = recordAt(disk, index, 0x33);
      disk.fill(0x7f, behindName(disk, record) + 12, behindName(disk, record) + 20);
    }),
    ['LDM_PARTITION_OUTSIDE?Simple'],
    ALL.slice(1),
  ],
  [
    'parts over each other',
    both((disk, index) => {
      const record = recordAt(disk, index, 0x33);
      disk.writeBigUInt64BE(150n, behindName(disk, record) + 12);
    }),
    ['LDM_PARTITIONS_OVERLAP'],
    ALL,
  ],
];

/** Names of the volumes of which every byte can be read. */
function readable({ volumes }: Read): string[] {
  return volumes.filter(({ obstacle }) => obstacle === null).map(({ name }) => name);
}

describe('bytes that lie', () => {
  const clean = read(buildLdmGroup(GROUP)).codes;

  it('nothing is told of a whole group but which side of a mirror is read', () => {
    expect(clean).toEqual(['LDM_MIRROR_SIDE']);
  });

  it.each(CHANGES)('%s', (_what, change, codes, names) => {
    const disks = buildLdmGroup(GROUP);
    change(disks);
    const result = read(disks);
    expect(readable(result)).toEqual(names);
    const obstacles = result.volumes.flatMap(({ name, obstacle }) =>
      obstacle === null ? [] : [`${obstacle.code}?${name}`],
    );
    const told = new Set([...result.codes, ...obstacles]);
    for (const code of codes) expect([...told]).toContain(code);
    for (const { map, obstacle } of result.volumes) {
      if (obstacle === null) contentOf(map);
      else expect(() => readMap(map, 0, new Uint8Array(map.size))).toThrow(obstacle.message);
    }
  });

  it('without any PRIVHEAD there is no disk group', () => {
    const disks = buildLdmGroup(GROUP);
    for (const sector of [6, 4096 - CONFIG + 1856, 4095]) disks[0]!.fill(0, sector * SECTOR, (sector + 1) * SECTOR);
    expect(read([disks[0]!]).codes).toContain('LDM_PRIVHEAD_MISSING');
  });

  it('random damage anywhere in what Windows keeps: typed errors, the rest as it was, an end', () => {
    for (let round = 0; round < 400; round++) {
      const random = new Random(Number(process.env['SEED'] ?? 1) * 1000 + round);
      const disks = buildLdmGroup(GROUP);
      for (const [index, disk] of disks.entries()) {
        const start = configAt(index, VMDB);
        const end = start + SECTOR + 40 * 128;
        for (let flips = random.below(12); flips > 0; flips--)
          disk[start + random.below(end - start)] = random.below(256);
        const [head, toc] = [index === 0 ? 6 * SECTOR : configAt(1, CONFIG - 1), configAt(index, 1)];
        for (const at of [head, toc]) {
          for (let flips = random.below(3); flips > 0; flips--) disk[at + random.below(SECTOR)] = random.below(256);
        }
      }
      for (const { map } of read(disks).volumes) {
        for (let at = 0; at < Math.min(map.size, 2 ** 20); at += 8192) {
          try {
            readMap(map, at, new Uint8Array(8192));
          } catch (error) {
            expect(StorageError.isDamage(error), `seed ${random.seed}: ${error}`).toBe(true);
          }
        }
      }
    }
  });
});

describe('disks that are not there, or twice', () => {
  it('a missing disk costs its parts; the first part reads', () => {
    const [first] = buildLdmGroup(GROUP);
    const { volumes, codes } = read([first!]);
    expect(codes).toContain('LDM_DISK_MISSING');
    const spanned = volumes.find(({ name }) => name === 'Spanned')!;
    expect(spanned.obstacle?.message).toContain(`"Disk2" {${guid('d2')}}`);
    expect(() => readMap(spanned.map, 0, new Uint8Array(70 * SECTOR))).toThrow(/Disk2/);
    expect(readMap(spanned.map, 70 * SECTOR, new Uint8Array(40 * SECTOR))).toBe(40 * SECTOR);
    expect(readable({ volumes, findings: [], codes })).toEqual(['Simple', 'Mirror']);
  });

  it('two copies of a disk are neither; the one that was asked for is itself', () => {
    const [first, second] = buildLdmGroup(GROUP);
    const other = read([first!, second!, Buffer.from(second!)], GROUP, [0, 1, 1]);
    expect(other.codes).toContain('LDM_DISK_AMBIGUOUS');
    expect(readable(other)).toEqual(['Simple', 'Mirror']);
    const own = read([second!, first!, Buffer.from(second!)], GROUP, [1, 0, 1]);
    expect([own.codes, readable(own)]).toEqual([['LDM_MIRROR_SIDE'], ALL]);
  });

  it('the newest database counts; of a mirror no side on a disk that is behind', () => {
    const [first] = buildLdmGroup({ ...GROUP, sequence: 5 });
    const [, second] = buildLdmGroup({ ...GROUP, sequence: 7, volumes: GROUP.volumes.slice(1) });
    const result = read([first!, second!]);
    expect(result.volumes.map(({ name }) => name)).toEqual(['Spanned', 'Mirror']);
    expect(result.codes).toContain('LDM_DATABASES_DIFFER');
    expect(result.volumes[1]!.extents.map(({ image }) => image)).toEqual(['disk2']);
    const alone = read([first!]);
    expect(alone.volumes).toHaveLength(3);
  });

  it('a side of a mirror that is not in force is not read', () => {
    const states = GROUP.volumes.map((volume) =>
      volume.name === 'Mirror' ? { ...volume, states: ['STALE', 'ACTIVE'] } : volume,
    );
    const spec = { ...GROUP, volumes: states };
    const disks = buildLdmGroup(spec);
    expect(read(disks, spec).volumes[2]!.extents.map(({ image }) => image)).toEqual(['disk2']);
    const alone = read([disks[0]!], spec).volumes[2]!;
    expect([alone.obstacle?.code, alone.obstacle?.message]).toEqual([
      'LDM_MIRROR_NO_SIDE',
      expect.stringMatching(/"STALE".*Disk2/s),
    ]);
  });
});
