/**
 * Goal: volumes of Windows dynamic disks are where ldmtool says, and hold what was put there. Method: disk groups written
 * by code of the tests; a file system made by mkntfs and filled through ntfs-3g on the volume in one piece, which the test
 * then lays over the disks; ldmtool reads the groups, the built command line the files.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildLdmGroup, type LdmGroupSpec, type LdmVolumeSpec, layoutOf } from '../support/ldm-builder.ts';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, pitvaultJson, run, title, without } from '../support/tools.ts';

const needs = ['ldmtool', 'mkntfs', 'ntfs-3g', 'umount', 'qemu-img', '/dev/fuse', 'root'] as const;
const MIB = 2 ** 20;
/** Sectors. */
const M = 2048;
const SECTOR = 512;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const GROUP = 'aaaaaaaa-1111-2222-3333-444444444444';
const SPANNED: LdmVolumeSpec = {
  name: 'Volume2',
  guid: 'e2e2e2e2-1111-2222-3333-444444444444',
  components: [
    [
      { disk: 0, start: 1985 + 9 * M, size: 3 * M },
      { disk: 1, start: 14, size: 12 * M },
      { disk: 0, start: 1985 + 30 * M, size: 4 * M },
    ],
  ],
};
const SIMPLE: LdmVolumeSpec = {
  name: 'Volume1',
  guid: 'e1e1e1e1-1111-2222-3333-444444444444',
  hint: 'E:',
  components: [[{ disk: 0, start: 1985, size: 8 * M }]],
};
const SPEC: LdmGroupSpec = {
  name: 'DPM01-Dg0',
  guid: GROUP,
  disks: [
    { name: 'Disk1', guid: 'd1d1d1d1-1111-2222-3333-444444444444', scheme: 'mbr', sectors: 40 * M },
    { name: 'Disk2', guid: 'd2d2d2d2-1111-2222-3333-444444444444', scheme: 'gpt', sectors: 30 * M },
  ],
  volumes: [
    SIMPLE,
    SPANNED,
    {
      name: 'Stripe1',
      guid: 'e3e3e3e3-1111-2222-3333-444444444444',
      layout: 1,
      size: 4 * M,
      components: [
        [
          { disk: 0, start: 1985 + 13 * M, size: 2 * M },
          { disk: 1, start: 14 + 13 * M, size: 2 * M },
        ],
      ],
    },
    {
      name: 'Mirror1',
      guid: 'e4e4e4e4-1111-2222-3333-444444444444',
      components: [[{ disk: 0, start: 1985 + 16 * M, size: 8 * M }], [{ disk: 1, start: 14 + 16 * M, size: 8 * M }]],
    },
  ],
};

type Made = { folder: string; first: string; second: string; disks: Buffer[] };

function makeGroup(spec = SPEC): Made {
  const folder = tempFolder();
  const [first, second] = [join(folder, 'first.img'), join(folder, 'second.img')];
  return { folder, first, second, disks: buildLdmGroup(spec) };
}

function write({ first, second, disks }: Made): void {
  writeFileSync(first, disks[0]!);
  writeFileSync(second, disks[1]!);
}

/** Puts the bytes of a volume where one of its components says. */
function lay(disks: Buffer[], spec: LdmGroupSpec, volume: LdmVolumeSpec, bytes: Buffer, side = 0): void {
  let offset = 0;
  for (const { disk, start, size } of volume.components[side]!) {
    const at = (layoutOf(spec.disks[disk]!).logicalStart + start) * SECTOR;
    bytes.copy(disks[disk]!, at, offset, offset + size * SECTOR);
    offset += size * SECTOR;
  }
}

/** A volume of so many sectors with an NTFS that holds some files. */
function ntfsVolume(sectors: number, random: Random): { bytes: Buffer; files: Map<string, Buffer> } {
  const path = join(tempFolder(), 'volume.raw');
  writeFileSync(path, '');
  truncateSync(path, sectors * SECTOR);
  run('mkntfs', '-Q', '-F', '-q', '-L', 'REPLICA', '-p', '0', '-H', '0', '-S', '0', path);
  const files = new Map<string, Buffer>();
  const bytes = changed(readFileSync(path), (mount) => {
    mkdirSync(join(mount, 'data'));
    for (const [index, size] of [0, 5, 700, 5000, 300_000, 1_500_000, 3_000_000].entries()) {
      const content = Buffer.from(random.bytes(size));
      files.set(`/data/file ${index}.bin`, content);
      writeFileSync(join(mount, `data/file ${index}.bin`), content);
    }
  });
  return { bytes, files };
}

/** The volume after a change of its files through ntfs-3g. */
function changed(volume: Buffer, change: (mount: string) => void): Buffer {
  const folder = tempFolder();
  const [path, mount] = [join(folder, 'volume.raw'), join(folder, 'mount')];
  writeFileSync(path, volume);
  mkdirSync(mount);
  run('ntfs-3g', path, mount);
  try {
    change(mount);
  } finally {
    run('umount', mount);
  }
  return readFileSync(path);
}

type Extent = { offset: number; length: number; diskName: string; image: string; diskOffset: number };
type Volume = {
  number: number;
  name: string;
  guid: string;
  length: number;
  dynamic: { layout: string; hint: string; extents: Extent[] } | null;
};
type Info = { volumes: Volume[]; findings: { code: string; message: string }[] };

function dynamicOf(image: string, ...more: string[]): Volume[] {
  return pitvaultJson<Info>('info', image, ...more).volumes.filter(({ dynamic }) => dynamic !== null);
}

function ldmtool<T>(what: string, images: readonly string[], ...args: string[]): T {
  const devices = images.flatMap((image) => ['-d', image]);
  return JSON.parse(run('ldmtool', ...devices, 'show', what, ...args)) as T;
}

describe.skipIf(without(...needs))(title('dynamic disks against ldmtool', ...needs), () => {
  it('volumes, their layouts and every extent, seen from either disk', () => {
    const made = makeGroup();
    write(made);
    const images = [made.first, made.second];
    const group = ldmtool<{ name: string; volumes: string[]; disks: string[] }>('diskgroup', images, GROUP);
    const starts = new Map(
      group.disks.map((name) => [name, ldmtool<{ 'data-start': number; device: string }>('disk', images, GROUP, name)]),
    );
    for (const image of images) {
      const ours = dynamicOf(image);
      expect(ours.map(({ name }) => name)).toEqual(group.volumes);
      for (const volume of ours) {
        type Theirs = { guid: string; type: string; size: number; hint?: string; partitions: string[] };
        const theirs = ldmtool<Theirs>('volume', images, GROUP, volume.name);
        expect([volume.guid, volume.dynamic!.layout, volume.length, volume.dynamic!.hint]).toEqual([
          theirs.guid,
          theirs.type,
          theirs.size * SECTOR,
          theirs.hint ?? '',
        ]);
        const extents = theirs.partitions.map((name) => {
          const partition = ldmtool<{ start: number; size: number; disk: string }>('partition', images, GROUP, name);
          const { 'data-start': start, device } = starts.get(partition.disk)!;
          return [device, (start + partition.start) * SECTOR, partition.size * SECTOR];
        });
        const mine = volume.dynamic!.extents.map((extent) => [extent.image, extent.diskOffset, extent.length]);
        // Of a mirror one side is read; of a stripe nothing.
        const readable = { simple: extents, spanned: extents, mirrored: extents.slice(0, 1) }[theirs.type] ?? [];
        expect(mine, volume.name).toEqual(readable);
      }
    }
  });

  it('files of a simple, a spanned and a mirrored volume; info, ls, cat, hash, map, recover', () => {
    const random = new Random(Number(process.env['SEED'] ?? 1));
    const made = makeGroup();
    const volumes = SPEC.volumes.filter(({ layout }) => layout === undefined);
    const truth = volumes.map((volume) => {
      const size = volume.components[0]!.reduce((sum, part) => sum + part.size, 0);
      const { bytes, files } = ntfsVolume(size, random);
      for (const side of volume.components.keys()) lay(made.disks, SPEC, volume, bytes, side);
      return { volume, bytes, files };
    });
    write(made);
    // The second disk as a VHDX: members may be of any format.
    const vhdx = join(made.folder, 'second.vhdx');
    run('qemu-img', 'convert', '-f', 'raw', '-O', 'vhdx', made.second, vhdx);
    renameSync(made.second, join(tempFolder(), 'elsewhere.img'));
    for (const image of [made.first, vhdx]) {
      for (const { volume, bytes, files } of truth) {
        const hash = pitvaultJson<{ sha256: string; size: number }>('hash', image, '--volume', volume.name);
        expect([hash.size, hash.sha256], `${image} ${volume.name}`).toEqual([bytes.length, sha(bytes)]);
        const listed = pitvaultJson<{ path: string }[]>('ls', image, '/data', '--volume', volume.guid);
        expect(listed.map(({ path }) => path)).toEqual([...files.keys()]);
        const out = tempFolder();
        expect(pitvault('recover', image, '--volume', volume.name, '--files', '/data/**', '--out', out).code).toBe(0);
        for (const [path, content] of files) expect(sha(readFileSync(join(out, path))), path).toBe(sha(content));
      }
    }
    const file = '/data/file 5.bin';
    const { code, out } = pitvault('hash', made.first, file, '--volume', 'Volume2');
    expect([code, out.split(' ')[0]]).toEqual([0, sha(truth[1]!.files.get(file)!)]);
    expect(pitvault('cat', made.first, '/data/file 1.bin', '--volume', 'Volume1').out).toBe(
      truth[0]!.files.get('/data/file 1.bin')!.toString('utf8'),
    );
    const map = pitvaultJson<{ offset: number; length: number; file?: string }[]>(
      'map',
      made.first,
      '--volume',
      'Volume2',
    );
    expect(map.reduce((sum, extent) => sum + extent.length, 0)).toBe(19 * MIB);
    expect(new Set(map.map(({ file }) => file).filter((name) => name !== undefined))).toEqual(
      new Set([made.first, vhdx]),
    );
  });

  it('a missing disk is named; what lies on the others is read; --disk finds it anywhere', () => {
    const made = makeGroup();
    const { bytes, files } = ntfsVolume(19 * M, new Random(7));
    lay(made.disks, SPEC, SPANNED, bytes);
    write(made);
    const away = join(tempFolder(), 'away.img');
    renameSync(made.second, away);
    const alone = pitvault('info', made.first);
    expect(alone.out).toMatch(/disk "Disk2" \{d2d2d2d2-1111-2222-3333-444444444444\} of disk group "DPM01-Dg0"/);
    const broken = pitvault('hash', made.first, '/data/file 6.bin', '--volume', 'Volume2');
    expect([broken.code, broken.err]).toEqual([3, expect.stringMatching(/disk "Disk2" \{d2d2d2d2-.*--disk IMAGE/s)]);
    const salvaged = pitvault('recover', made.first, '--volume', 'Volume2', '--out', tempFolder(), '--salvage');
    expect(salvaged.code).toBe(8);
    const whole = pitvaultJson<{ sha256: string }>('hash', made.first, '--volume', 'Volume2', '--disk', away);
    expect(whole.sha256).toBe(sha(bytes));
    const file = pitvaultJson<{ sha256: string }>(
      'hash',
      made.first,
      '/data/file 6.bin',
      '--volume',
      '3',
      '--disk',
      away,
    );
    expect(file.sha256).toBe(sha(files.get('/data/file 6.bin')!));
  });

  it('a spanned volume at two times: the files that changed', () => {
    const { bytes } = ntfsVolume(19 * M, new Random(11));
    const later = changed(bytes, (mount) => {
      const [file, gone] = [join(mount, 'data/file 6.bin'), join(mount, 'data/file 4.bin')];
      writeFileSync(file, readFileSync(file).fill(7, 2_000_000, 2_100_000));
      rmSync(gone);
      writeFileSync(join(mount, 'new.txt'), 'new');
    });
    const [one, two] = [bytes, later].map((volume) => {
      const made = makeGroup();
      lay(made.disks, SPEC, SPANNED, volume);
      write(made);
      return made.first;
    });
    for (const options of [[], ['--volume', 'Volume2']]) {
      const { code, out, err } = pitvault('diff', one!, two!, '--files', '--json', ...options);
      expect([code, err]).toEqual([0, '']);
      const lines = out.trimEnd().split('\n');
      const files = lines.map((line) => JSON.parse(line) as { type: string; kind: string; path: string });
      const told = files.filter(({ type, kind }) => type === 'file' && kind !== 'touched');
      expect(told.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
        'added /new.txt',
        'changed /data/file 6.bin',
        'removed /data/file 4.bin',
      ]);
    }
  });

  it("the admin's words: a spanned volume of two attached disks is listed once and shown at a letter", () => {
    const made = makeGroup();
    const { bytes, files } = ntfsVolume(19 * M, new Random(9));
    lay(made.disks, SPEC, SPANNED, bytes);
    write(made);
    const away = join(tempFolder(), 'away.img');
    renameSync(made.second, away);
    const state = tempFolder();
    const word = (...args: string[]): string => {
      const env = { ...process.env, PITVAULT_STATE: state };
      return execFileSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
    };
    word('mount-vhd', made.first);
    word('mount-vhd', away);
    const name = `\\\\?\\Volume{${SPANNED.guid}}\\`;
    expect(word('mountvol').split(name)).toHaveLength(2);
    const folder = word('mountvol', 'X:', name).match(/X: is (.*)/)![1]!;
    for (const [path, content] of files) expect(sha(readFileSync(join(folder, path))), path).toBe(sha(content));
    word('mountvol', 'X:', '/D');
    word('dismount-vhd', made.first);
    word('dismount-vhd', away);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(state);
  });

  it('layouts that are not read are named and refused', () => {
    const made = makeGroup();
    write(made);
    const stripe = pitvault('ls', made.first, '--volume', 'Stripe1');
    expect([stripe.code, stripe.err]).toEqual([5, expect.stringMatching(/"Stripe1" is striped.*diskpart/s)]);
    const raid: LdmGroupSpec = {
      ...SPEC,
      volumes: [
        {
          name: 'Raid1',
          guid: 'e5e5e5e5-1111-2222-3333-444444444444',
          layout: 3,
          size: 2 * M,
          components: [
            [
              { disk: 0, start: 1985, size: M },
              { disk: 1, start: 14, size: M },
              { disk: 0, start: 1985 + M, size: M },
            ],
          ],
        },
      ],
    };
    const other = makeGroup(raid);
    write(other);
    expect(ldmtool<{ type: string }>('volume', [other.first, other.second], GROUP, 'Raid1').type).toBe('RAID5');
    const refused = pitvault('ls', other.second, '--volume', 'Raid1');
    expect([refused.code, refused.err]).toEqual([5, expect.stringMatching(/"Raid1" is a RAID-5/)]);
  });
});
