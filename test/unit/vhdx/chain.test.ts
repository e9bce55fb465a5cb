/**
 * Goal: the parent of a differencing disk is found wherever it was moved to, proven to be the right one, and a chain
 * that cannot be opened says everything that was tried. Method: built images in temporary folders, opened through the
 * real search; every opened file is counted and must be closed unless it is part of the chain.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, StorageError } from '../../../src/errors.ts';
import { DEPTH_MAX, makeOpenParent, type ParentHost } from '../../../src/image/image-chain.ts';
import { splitWindowsPath } from '../../../src/image/parent-search.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { buildVhdx, guidOf, type VhdxPlan } from '../../support/vhdx-builder.ts';
import { codesOf, errorOf } from '../../support/vhdx-reading.ts';

const MIB = 2 ** 20;

let root: string;
let opened: (ByteFile & { isClosed?: boolean })[];
let findings: Finding[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitvault-chain-'));
  opened = [];
  findings = [];
});
afterEach(() => {
  for (const file of opened) file.close();
  rmSync(root, { recursive: true, force: true });
});

function openFile(path: string): ByteFile {
  const file = new DiskFile(path);
  const close = file.close.bind(file);
  const counted: ByteFile & { isClosed?: boolean } = file;
  counted.close = () => {
    counted.isClosed = true;
    close();
  };
  opened.push(counted);
  return file;
}

const openCount = (): number => opened.filter((file) => file.isClosed !== true).length;

type DiskPlan = Partial<VhdxPlan> & { id?: number; of?: number; fill?: number };

/** Saves an image of 2 MiB; `id` numbers its DataWriteGuid, `of` the one it names as its parent's. */
function save(path: string, { id = 0, of, fill, ...plan }: DiskPlan, paths: Record<string, string> = {}): string {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  const pairs = Object.entries(paths);
  const locator = of === undefined ? undefined : ([['parent_linkage', `{${guidOf(of)}}`], ...pairs] as const);
  const blocks = fill === undefined ? undefined : new Map([[0, { state: 6, data: new Uint8Array(MIB).fill(fill) }]]);
  const built = buildVhdx({
    size: 2 * MIB,
    dataWriteGuid: guidOf(id),
    ...(locator === undefined ? {} : { locator }),
    ...(blocks === undefined ? {} : { blocks }),
    ...plan,
  });
  built.file.save(target);
  return target;
}

function open(path: string, host: Partial<ParentHost> = {}): VhdxFile {
  const openParent = makeOpenParent({
    childPath: path,
    searchFolders: [],
    ignoreIdentity: false,
    openFile,
    findings,
    ...host,
  });
  return VhdxFile.open(new FileMap(openFile(path)), { name: path, openParent });
}

const firstByte = (disk: VhdxFile): number => readBytes(disk, 0, 1)[0]!;

function refused(path: string, host: Partial<ParentHost> = {}): StorageError {
  const error = errorOf(() => open(path, host));
  expect(openCount()).toBe(1); // the child itself, which the test opened
  return error;
}

describe('found where the locator says', () => {
  const places: readonly (readonly [what: string, parent: string, key: string, path: string])[] = [
    ['beside the child', 'vm/base.vhdx', 'relative_path', '.\\base.vhdx'],
    ['in a folder above', 'base.vhdx', 'relative_path', '..\\base.vhdx'],
    ['in a folder beside', 'bases/base.vhdx', 'relative_path', '..\\bases\\base.vhdx'],
    ['in another case', 'Bases/BASE.vhdx', 'relative_path', '..\\bases\\base.VHDX'],
    ['with a name that is not ASCII, composed differently', 'vm/gr\u00fcn.vhdx', 'relative_path', '.\\Gru\u0308n.vhdx'],
    [
      'by its drive, mounted at a folder above the child',
      'bases/x/base.vhdx',
      'absolute_win32_path',
      'D:\\bases\\x\\base.vhdx',
    ],
    [
      'by its volume',
      'bases/base.vhdx',
      'volume_path',
      '\\\\?\\Volume{26a21bda-a627-11d7-9931-806e6f6e6963}\\bases\\base.vhdx',
    ],
    ['by a share', 'bases/base.vhdx', 'absolute_win32_path', '\\\\server\\pool\\bases\\base.vhdx'],
    ['moved beside the child', 'vm/base.vhdx', 'absolute_win32_path', '\\\\?\\D:\\elsewhere\\base.vhdx'],
    [
      'moved with the last of its folders',
      'vm/snapshots/base.vhdx',
      'relative_path',
      '..\\..\\old\\snapshots\\base.vhdx',
    ],
  ];
  for (const [what, parent, key, path] of places) {
    it(what, () => {
      save(parent, { id: 1, fill: 0x51 });
      const child = save('vm/child.avhdx', { of: 1 }, { [key]: path });
      expect(firstByte(open(child))).toBe(0x51);
      expect(findings).toEqual([]);
      expect(openCount()).toBe(2);
    });
  }

  it.skipIf(process.platform === 'win32')('from where the child really lies, when links lead to it', () => {
    save('real/bases/base.vhdx', { id: 1, fill: 0x51 });
    const middle = save('real/vm/middle.avhdx', { id: 2, of: 1 }, { relative_path: '..\\bases\\base.vhdx' });
    const child = save('links/child.avhdx', { of: 2 }, { relative_path: '.\\middle.avhdx' });
    symlinkSync(middle, join(root, 'links/middle.avhdx'));
    symlinkSync(dirname(middle), join(root, 'links/folder'));
    for (const path of [child, join(root, 'links/middle.avhdx'), join(root, 'links/folder/middle.avhdx')]) {
      expect(firstByte(open(path))).toBe(0x51);
    }
    expect(findings).toEqual([]);
  });

  it('the first place that fits wins; one of another identity is passed over', () => {
    save('vm/base.vhdx', { id: 9, fill: 0x99 });
    save('bases/base.vhdx', { id: 1, fill: 0x51 });
    const child = save(
      'vm/child.avhdx',
      { of: 1 },
      { relative_path: '.\\base.vhdx', absolute_win32_path: 'D:\\bases\\base.vhdx' },
    );
    expect(firstByte(open(child))).toBe(0x51);
    expect(openCount()).toBe(2);
  });

  it('only parent_linkage2 matches: accepted', () => {
    save('base.vhdx', { id: 2, fill: 0x52 });
    const child = save('child.avhdx', { of: 1 }, { parent_linkage2: `{${guidOf(2)}}`, relative_path: '.\\base.vhdx' });
    expect(firstByte(open(child))).toBe(0x52);
  });

  it('in a folder the user names, under the locator’s file name', () => {
    save('other/base.vhdx', { id: 1, fill: 0x51 });
    const child = save('vm/child.avhdx', { of: 1 }, { absolute_win32_path: 'D:\\gone\\base.vhdx' });
    expect(firstByte(open(child, { searchFolders: [join(root, 'other')] }))).toBe(0x51);
  });
});

describe('found by identity', () => {
  it('renamed beside the child, among others, one of them broken', () => {
    save('vm/a.vhdx', { id: 5 });
    save('vm/renamed.vhdx', { id: 1, fill: 0x51 });
    save('vm/broken.vhdx', { id: 1, header: { version: 2 } });
    const child = save('vm/child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    expect(firstByte(open(child))).toBe(0x51);
    expect(codesOf(findings)).toEqual(['PARENT_FOUND_BY_IDENTITY']);
    expect(openCount()).toBe(2);
  });

  it('moved and renamed into a folder the user names; a child that is no file of its own has only those', () => {
    save('elsewhere/x.avhdx', { id: 1, fill: 0x51 });
    const child = save('vm/child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    const searchFolders = [join(root, 'elsewhere')];
    expect(firstByte(open(child, { searchFolders }))).toBe(0x51);
    expect(firstByte(open(child, { searchFolders, childPath: null }))).toBe(0x51);
  });

  it('folders below the named ones are not searched', () => {
    save('elsewhere/deep/x.vhdx', { id: 1 });
    const child = save('vm/child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    expect(refused(child, { searchFolders: [join(root, 'elsewhere')] }).code).toBe('PARENT_NOT_FOUND');
  });
});

describe('refused', () => {
  it('a parent of another identity: every candidate is named with its reason', () => {
    const parent = save('base.vhdx', { id: 9 });
    const child = save(
      'child.avhdx',
      { of: 1 },
      { relative_path: '.\\base.vhdx', absolute_win32_path: 'Q:\\gone.vhdx' },
    );
    const error = refused(child);
    expect(error.code).toBe('PARENT_IDENTITY_MISMATCH');
    expect(error.kind).toBe('corrupt');
    expect(error.message).toContain(`relative_path ".\\\\base.vhdx" -> ${parent}: has identity ${guidOf(9)}`);
    expect(error.message).toContain('absolute_win32_path "Q:\\\\gone.vhdx": no such file here');
    expect(error.message).toContain(`identity ${guidOf(1)}`);
    expect(error.hint).toContain('--ignore-parent-id');
  });

  it('the same, overridden: read, with a loud warning', () => {
    save('base.vhdx', { id: 9, fill: 0x99 });
    const child = save('child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    expect(firstByte(open(child, { ignoreIdentity: true }))).toBe(0x99);
    expect(findings).toMatchObject([{ severity: 'warning', code: 'PARENT_IDENTITY_IGNORED' }]);
    expect(openCount()).toBe(2);
  });

  it('overridden or not, the right parent is preferred', () => {
    save('base.vhdx', { id: 9, fill: 0x99 });
    save('right.vhdx', { id: 1, fill: 0x51 });
    const child = save('child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    expect(firstByte(open(child, { ignoreIdentity: true }))).toBe(0x51);
    expect(codesOf(findings)).toEqual(['PARENT_FOUND_BY_IDENTITY']);
  });

  it('no parent anywhere', () => {
    const child = save('child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    const error = refused(child);
    expect([error.kind, error.code]).toEqual(['not-found', 'PARENT_NOT_FOUND']);
    expect(error.hint).toContain('--search');
  });

  it('a disk that is its own parent', () => {
    const child = save('child.avhdx', { id: 1, of: 1 }, { relative_path: '.\\child.avhdx' });
    expect(refused(child).code).toBe('CHAIN_CYCLE');
  });

  it('two disks that are each other’s parent', () => {
    save('b.avhdx', { id: 2, of: 1 }, { relative_path: '.\\a.avhdx' });
    const child = save('a.avhdx', { id: 1, of: 2 }, { relative_path: '.\\b.avhdx' });
    expect(refused(child).code).toBe('CHAIN_CYCLE');
  });

  it('a parent of another logical sector size', () => {
    save('base.vhdx', { id: 1, sector: 4096 });
    const child = save('child.avhdx', { of: 1 }, { relative_path: '.\\base.vhdx' });
    expect(refused(child).code).toBe('PARENT_SECTOR_SIZE');
  });

  it('a VHD as the parent of a VHDX, a text file, a folder', () => {
    const child = save(
      'child.avhdx',
      { of: 1 },
      { relative_path: '.\\base.vhdx', volume_path: '\\\\?\\Volume{x}\\folder' },
    );
    mkdirSync(join(root, 'folder'));
    const vhd = new Uint8Array(2048);
    vhd.set(Buffer.from('conectix'), 1536);
    buildVhdx({ size: MIB }).file.save(join(root, 'good.vhdx'));
    const built = buildVhdx({ size: MIB });
    built.file.write(0, vhd);
    built.file.save(join(root, 'base.vhdx'));
    const error = refused(child);
    expect(error.code).toBe('PARENT_NOT_FOUND');
    expect(error.message).toContain('is no readable vhdx');
  });

  it('the parent’s own parent is missing: that is what is told', () => {
    save('middle.avhdx', { id: 1, of: 7 }, { relative_path: '.\\gone.vhdx' });
    const child = save('child.avhdx', { of: 1 }, { relative_path: '.\\middle.avhdx' });
    const error = refused(child);
    expect(error.code).toBe('PARENT_NOT_FOUND');
    expect(error.message).toContain('middle.avhdx');
  });
});

describe('sizes', () => {
  const layered = (parentSize: number, childSize: number): VhdxFile => {
    const blocks = new Map([[1, { state: 6, data: new Uint8Array(MIB).fill(0x51) }]]);
    save('base.vhdx', { id: 1, size: parentSize, blocks });
    return open(save('child.avhdx', { of: 1, size: childSize }, { relative_path: '.\\base.vhdx' }));
  };

  it('a smaller parent, ending inside a block: zeros past its end', () => {
    const disk = layered(MIB + 1024, 4 * MIB);
    const bytes = readBytes(disk, MIB, 3 * MIB);
    expect(bytes.subarray(0, 1024).every((byte) => byte === 0x51)).toBe(true);
    expect(bytes.subarray(1024).every((byte) => byte === 0)).toBe(true);
    expect(codesOf(disk.findings)).toEqual(['VHDX_PARENT_SIZE']);
  });

  it('a larger parent: the child’s size counts', () => {
    const disk = layered(4 * MIB, MIB + 512);
    expect(disk.size).toBe(MIB + 512);
    expect(readBytes(disk, MIB, 4096)).toHaveLength(512);
  });
});

describe('deep chains', () => {
  /** Disks 1 to `depth`, each over the one before; block 0 is in disk 1, block 1 in the last but one. */
  const chain = (depth: number): string => {
    let last = save('0001.vhdx', { id: 1, fill: 0x51 });
    for (let id = 2; id <= depth; id++) {
      last = save(
        `${String(id).padStart(4, '0')}.avhdx`,
        { id, of: id - 1 },
        { relative_path: `.\\${String(id - 1).padStart(4, '0')}.${id === 2 ? '' : 'a'}vhdx` },
      );
    }
    return last;
  };

  it('300 levels are read', () => {
    const disk = open(chain(300));
    expect(firstByte(disk)).toBe(0x51);
    expect(openCount()).toBe(300);
  });

  it('a child over 1024 disks is read, one more is refused', () => {
    const last = chain(DEPTH_MAX + 1);
    expect(firstByte(open(last))).toBe(0x51);
    for (const file of opened.splice(0)) file.close();
    const id = DEPTH_MAX + 2;
    const more = save('more.avhdx', { id, of: id - 1 }, { relative_path: `.\\${readdirSync(root).sort().at(-1)!}` });
    expect(refused(more).code).toBe('CHAIN_TOO_DEEP');
  });
});

describe('Windows paths', () => {
  it('lose their drive, volume or share, and keep what leads up', () => {
    const cases: readonly (readonly [string, boolean, string[]])[] = [
      ['.\\a\\b.vhdx', false, ['a', 'b.vhdx']],
      ['..\\..\\a.vhdx', false, ['..', '..', 'a.vhdx']],
      ['a\\..\\..\\b.vhdx', false, ['..', 'b.vhdx']],
      ['D:\\a\\b.vhdx', true, ['a', 'b.vhdx']],
      ['D:\\..\\..\\b.vhdx', true, ['b.vhdx']],
      ['\\\\?\\D:\\a.vhdx', true, ['a.vhdx']],
      ['\\\\?\\Volume{0a}\\a.vhdx', true, ['a.vhdx']],
      ['\\\\?\\UNC\\server\\share\\a.vhdx', true, ['a.vhdx']],
      ['\\\\server\\share\\x\\a.vhdx', true, ['x', 'a.vhdx']],
      ['\\a.vhdx', true, ['a.vhdx']],
      ['/mnt/a.vhdx', true, ['mnt', 'a.vhdx']],
      ['file:///mnt/a%20b.vhd', true, ['mnt', 'a b.vhd']],
      ['file:///mnt/100%.vhd', true, ['mnt', '100%.vhd']],
    ];
    for (const [path, rooted, components] of cases)
      expect(splitWindowsPath(path), path).toEqual({ rooted, components });
  });
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('chains that others made'), () => {
  it('VHDX children find par.vhdx beside them by relative path, identity verified', async () => {
    const { writeFileSync } = await import('node:fs');
    for (const name of ['par', 'par4', 'childB', 'child4']) {
      writeFileSync(join(root, `${name}.vhdx`), readFixture(`hostile-vhdx/${name}.vhdx.gz`));
    }
    expect(open(join(root, 'childB.vhdx')).parent?.name).toBe(join(root, 'par.vhdx'));
    expect(open(join(root, 'child4.vhdx')).parent?.name).toBe(join(root, 'par4.vhdx'));
    expect(findings).toEqual([]);
  });

  it('a VHD child finds its parent, and says what it tried when there is none', async () => {
    const { writeFileSync } = await import('node:fs');
    const { VhdFile } = await import('../../../src/vhd/vhd-file.ts');
    const path = join(root, 'image-differential.vhd');
    writeFileSync(path, readFixture('vhdx/dfvfs/image-differential.vhd.gz'));
    const openVhd = (): unknown => {
      const host = { childPath: path, searchFolders: [], ignoreIdentity: false, openFile, findings };
      return VhdFile.open(new FileMap(openFile(path)), { name: path, openParent: makeOpenParent(host) }).parent?.name;
    };
    expect(errorOf(openVhd).code).toBe('PARENT_NOT_FOUND');
    writeFileSync(join(root, 'image.vhd'), readFixture('vhdx/dfvfs/image.vhd.gz'));
    expect(openVhd()).toBe(join(root, 'image.vhd'));
  });
});
