/**
 * Goal: what a mount or a browser is shown of a pool is what the pool holds, under numbers that stay;
 * names and links survive the way between Windows and Linux. Method: the sample pool, and names of every kind.
 */

import { copyFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import type { FileEntry, FileSystem } from '../../../src/filesystem/file-system.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { getNumber } from '../../../src/serve/fuse/abi.ts';
import { DirectoryReader } from '../../../src/serve/fuse/directory-reader.ts';
import { entryAttributes, type Node, Nodes, nodeNumber } from '../../../src/serve/fuse/nodes.ts';
import { fromHostName, toHostName } from '../../../src/serve/host-names.ts';
import { linkTarget, type ServedFolder, ServedTree, type ServedVolume } from '../../../src/serve/served-tree.ts';
import { endOf, LARGE, manyPoints, REPLICA_ID, SERVER, saveState } from '../../support/many-points.ts';
import { SAMPLE_ZIP } from '../../support/sample-pool.ts';

async function openTree(): Promise<ServedTree> {
  const tree = await ServedTree.open({ roots: [SAMPLE_ZIP], isPool: true, open: {} });
  onTestFinished(() => tree.close());
  return tree;
}

async function childOf(folder: ServedFolder, name: string) {
  const child = (await folder.children()).find((candidate) => candidate.name === name);
  if (child === undefined) throw new Error(`${folder.name} has no ${name}`);
  return child;
}

const REPLICA = '850b95be-b942-4351-83bd-0a1815a936b2';

describe('a pool as a tree', () => {
  it('shows servers, replicas, points by time, and their files; two openings agree on the numbers', async () => {
    const [first, second] = [await openTree(), await openTree()];
    for (const tree of [first, second]) {
      const server = (await childOf(tree.root as ServedFolder, 'dpm01.contoso.com')) as ServedFolder;
      const replica = (await childOf(server, REPLICA)) as ServedFolder;
      const points = await replica.children();
      expect(points.map(({ name }) => name)).toEqual(['2024-07-27 20.00.00Z', '2024-07-28 20.00.00Z', 'live']);
      const fileSystem = await tree.fileSystem(points[2]!.id);
      expect(fileSystem.lookup('/')?.kind).toBe('directory');
    }
    const ids = async (tree: ServedTree): Promise<number[]> => {
      const found: number[] = [];
      const visit = async (folder: ServedFolder): Promise<void> => {
        for (const child of await folder.children()) {
          found.push(child.id);
          if (child.kind === 'folder') await visit(child);
        }
      };
      await visit(tree.root as ServedFolder);
      return found;
    };
    expect(await ids(first)).toEqual(await ids(second));
  });

  it('a node number leads back to its file in any opening', async () => {
    const tree = await openTree();
    const server = (await childOf(tree.root as ServedFolder, 'dpm01.contoso.com')) as ServedFolder;
    const volume = await childOf((await childOf(server, REPLICA)) as ServedFolder, 'live');
    const fileSystem = await tree.fileSystem(volume.id);
    const other = new Nodes(await openTree());
    let seen = 0;
    for (const entry of fileSystem.walk(fileSystem.lookup('/')!)) {
      const node = await other.node(entryAttributes(volume.id, entry).node);
      expect(node?.kind === 'entry' && [node.entry.id, node.entry.size]).toEqual([entry.id, entry.size]);
      if (entry.links === 1) expect(node?.kind === 'entry' && node.entry.path).toBe(entry.path);
      seen++;
    }
    expect(seen).toBeGreaterThan(5);
  });

  it('directories come in pieces of any size, each entry once, from any position', async () => {
    const tree = await openTree();
    const nodes = new Nodes(tree);
    const reader = new DirectoryReader(nodes, { uid: 1, gid: 2 });
    const root = (await nodes.node(1))!;
    const server = (await childOf(tree.root as ServedFolder, 'dpm01.contoso.com')) as ServedFolder;
    for (const node of [root, (await nodes.node(server.id))!]) {
      const expected = node.kind === 'folder' ? (await node.folder.children()).map(({ name }) => name) : [];
      for (const plus of [false, true]) {
        const names: string[] = [];
        for (let position = 0, turn = 0; ; turn++) {
          const out = new DataView(new ArrayBuffer(4096));
          const size = await reader.read(node, position, plus, out, 0, turn % 2 === 0 ? 500 : 700);
          if (size === 0) break;
          for (let at = 0; at < size; ) {
            const head = plus ? 128 : 0;
            const length = out.getUint32(at + head + 16, true);
            names.push(Buffer.from(out.buffer, at + head + 24, length).toString());
            position = out.getUint32(at + head + 8, true);
            at += head + Math.ceil((24 + length) / 8) * 8;
          }
        }
        expect(names).toEqual(['.', '..', ...expected]);
      }
    }
  });

  it('files come by name alone until somebody uses files; then the folders so listed are told, and listed anew', async () => {
    const tree = await openTree();
    const nodes = new Nodes(tree);
    const reader = new DirectoryReader(nodes, { uid: 1, gid: 2 });
    const server = (await childOf(tree.root as ServedFolder, 'dpm01.contoso.com')) as ServedFolder;
    const volume = await childOf((await childOf(server, REPLICA)) as ServedFolder, 'live');
    const fileSystem = await tree.fileSystem(volume.id);
    const root = (await nodes.volumeRoot(volume as ServedVolume))!;
    const list = async (plus: boolean): Promise<{ name: string; next: number; node: number; size: number }[]> => {
      const out = new DataView(new ArrayBuffer(65_536));
      const size = await reader.read(root, 0, plus, out, 0, 65_536);
      const head = plus ? 128 : 0;
      const items = [];
      for (let at = 0; at < size; ) {
        const length = out.getUint32(at + head + 16, true);
        const name = Buffer.from(out.buffer, at + head + 24, length).toString();
        const next = out.getUint32(at + head + 8, true);
        items.push({ name, next, node: plus ? getNumber(out, at) : 0, size: plus ? getNumber(out, at + 48) : 0 });
        at += head + Math.ceil((24 + length) / 8) * 8;
      }
      return items.slice(2);
    };
    const entries = [...fileSystem.list(fileSystem.lookup('/')!)];
    const nodeOf = (entry: FileEntry): number => nodeNumber(volume.id, entry.id);
    expect(entries.some(({ kind }) => kind === 'file') && entries.some(({ kind }) => kind === 'directory')).toBe(true);

    const bare = await list(true);
    expect(bare.map(({ node }) => node)).toEqual(entries.map((entry) => (entry.kind === 'file' ? 0 : nodeOf(entry))));
    expect(reader.filesAreUsed()).toEqual([nodes.attributes(root).node]);
    expect(reader.filesAreUsed()).toEqual([]);
    const full = await list(true);
    expect(full.map(({ node }) => node)).toEqual(entries.map(nodeOf));
    expect(full.map(({ size }) => size)).toEqual(entries.map(({ kind, size }) => (kind === 'directory' ? 0 : size)));
    for (const listing of [full, await list(false)])
      expect(listing.map(({ name, next }) => [name, next])).toEqual(bare.map(({ name, next }) => [name, next]));
    for (let listing = 0; listing < 64; listing++) await list(true);
    expect(reader.filesAreUsed()).toEqual([nodes.attributes(root).node]); // nobody had used files for long
  });

  it('numbers of nodes are exact in every volume, and a record that cannot be has none', async () => {
    const asked: number[] = [];
    const fileSystem = {
      entry: (id: number) => {
        asked.push(id);
        return { id, path: `/${id}`, name: `${id}`, kind: 'file', size: id };
      },
    };
    const nodes = new Nodes({ root: { kind: 'folder' }, fileSystem: () => fileSystem } as unknown as ServedTree);
    for (const volume of [1, 31, 32, 33, 65_535, 1_000_000]) {
      for (const id of [16, 17, 2 ** 32 - 2, 2 ** 32 - 1]) {
        for (let time = 0; time < 2; time++) {
          const node = (await nodes.node(nodeNumber(volume, id)))!;
          expect(node.kind === 'entry' && [node.volume, node.entry.id]).toEqual([volume, id]);
          expect(nodes.attributes(node).node).toBe(nodeNumber(volume, id));
        }
      }
    }
    expect(asked).toHaveLength(24); // each is remembered as itself
    const wild = nodeNumber(3, 2 ** 47);
    expect([nodeNumber(2, 2 ** 33) < wild, wild < nodeNumber(4, 0)]).toEqual([true, true]);
  });

  it('what is read in a volume that was closed and is open again is looked up once more, and then remembered', async () => {
    let asked = 0;
    const opened = () => ({ entry: (id: number) => ({ id, path: `/${id}`, kind: 'file', size: ++asked }) });
    let fileSystem = opened();
    const nodes = new Nodes({ root: { kind: 'folder' }, fileSystem: () => fileSystem } as unknown as ServedTree);
    for (let time = 1; time <= 3; time++) {
      for (let read = 0; read < 10; read++) expect(await nodes.node(nodeNumber(1, 40))).toMatchObject({ fileSystem });
      expect(asked).toBe(time);
      fileSystem = opened();
    }
  });
});

it.each([
  'plain',
  'Ünïcödé 日本語',
  'emoji \u{1f4be}',
  'lone \ud800 high',
  'lone \udc00',
  '\ud800\ud800',
  'hangul \ud55c',
])('the name %j comes back as it was', (name) => {
  expect(fromHostName(toHostName(name))).toEqual([name]);
});

it.each(['a/b', 'nul\0inside', '.', '..', '\0', '/'])(
  'what Linux allows in no name is shown as something else: %j',
  (name) => {
    const bytes = Buffer.from(toHostName(name));
    expect(bytes.includes('/') || bytes.includes(0)).toBe(false);
    expect(['.', '..']).not.toContain(bytes.toString());
    expect(fromHostName(bytes)).toContain(name);
  },
);

it.each([
  ['/a/b/link', 'c.txt', 'c.txt'],
  ['/a/b/link', '..\\x\\y', '../x/y'],
  ['/a/b/link', 'C:\\a\\z', '../z'],
  ['/a/b/link', '\\q', '../../q'],
  ['/a/b/link', '..\\..\\..\\..\\etc\\passwd', '../../etc/passwd'],
  ['/link', '\\\\server\\share', 'server/share'],
  ['/link', 'Volume{1}\\x', 'Volume{1}/x'],
  ['/a/link', 'C:\\', '..'],
])('the link %s to %s leads to %s and stays inside', (path, target, expected) => {
  expect(linkTarget({ path, target } as FileEntry)).toBe(expected);
});

describe('a directory with many readers', () => {
  /** A directory of this many files that counts what is asked of it, and breaks behind `soundUntil`. */
  async function setUp(count: number, soundUntil = count) {
    const tree = await openTree();
    const server = (await childOf(tree.root as ServedFolder, 'dpm01.contoso.com')) as ServedFolder;
    const volume = await childOf((await childOf(server, REPLICA)) as ServedFolder, 'live');
    const real = await tree.fileSystem(volume.id);
    const entry = real.lookup('/')!;
    const asked = { count: 0 };
    const fileSystem: FileSystem = Object.create(real, {
      list: {
        *value(): Generator<FileEntry> {
          for (let i = 0; i < count; i++) {
            if (i === soundUntil) throw new StorageError('corrupt', 'FILE_TRUNCATED', 'broken here');
            asked.count++;
            yield { ...entry, kind: 'file', id: 100 + i, name: `file ${i}`, path: `/file ${i}` };
          }
        },
      },
    });
    const nodes = new Nodes(tree);
    const reader = new DirectoryReader(nodes, { uid: 1, gid: 2 });
    const node: Node = { kind: 'entry', volume: volume.id, fileSystem, entry, isRoot: false };
    const piece = async (position: number): Promise<{ names: string[]; next: number }> => {
      const out = new DataView(new ArrayBuffer(4096));
      const size = await reader.read(node, position, false, out, 0, 4096);
      const names: string[] = [];
      let next = position;
      for (let at = 0; at < size; ) {
        const length = out.getUint32(at + 16, true);
        names.push(Buffer.from(out.buffer, at + 24, length).toString());
        next = out.getUint32(at + 8, true);
        at += Math.ceil((24 + length) / 8) * 8;
      }
      return { names, next };
    };
    return { asked, piece };
  }

  it('each goes on where it was: none has the others begin anew', async () => {
    const { asked, piece } = await setUp(5000);
    const readers = [0, 1, 2, 3].map((index) => ({ position: 0, seen: 0, step: index + 1 }));
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const reader of readers) {
        for (let step = 0; step < reader.step; step++) {
          const { names, next } = await piece(reader.position);
          reader.seen += names.length;
          reader.position = next;
          if (names.length > 0) isBusy = true;
        }
      }
    }
    for (const { seen } of readers) expect(seen).toBe(5002);
    expect(asked.count).toBeLessThan(2 * readers.length * 5000);
  });

  it('a piece of which a program has taken a part is given again without a new walk', async () => {
    const { asked, piece } = await setUp(2000);
    let position = 0;
    let seen = 0;
    for (;;) {
      const { names } = await piece(position);
      if (names.length === 0) break;
      const taken = Math.ceil(names.length / 2);
      seen += taken;
      position += taken;
    }
    expect(seen).toBe(2002);
    expect(asked.count).toBe(2000);
  });

  it('damage is told, whoever asks and however often: no listing seems to end there', async () => {
    const { piece } = await setUp(300, 250);
    for (let reader = 0; reader < 2; reader++) {
      let position = 0;
      for (let pieces = 0; position < 252; pieces++) {
        ({ next: position } = await piece(position));
        expect(pieces).toBeLessThan(20);
      }
      for (let again = 0; again < 3; again++) await expect(piece(position)).rejects.toThrow('broken here');
    }
  });
});

describe('volumes of a tree', () => {
  it('one that many ask for while it is being opened is opened once', async () => {
    const tree = await openTree();
    const server = (await childOf(tree.root as ServedFolder, 'dpm01.contoso.com')) as ServedFolder;
    const volume = await childOf((await childOf(server, REPLICA)) as ServedFolder, 'live');
    const [first, second] = await Promise.all([tree.fileSystem(volume.id), tree.fileSystem(volume.id)]);
    expect(first).toBe(second);
  });

  it.each([true, false])('one that was replaced while it was closed is not shown to a kernel: %s', async (isKernel) => {
    const pool = manyPoints(20);
    const tree = await ServedTree.open({ roots: [pool], isPool: true, open: {} }, isKernel);
    onTestFinished(() => tree.close());
    const server = (await childOf(tree.root as ServedFolder, SERVER)) as ServedFolder;
    const points = await ((await childOf(server, REPLICA_ID)) as ServedFolder).children();
    const live = points.find(({ name }) => name === 'live')!;
    const held = (await tree.fileSystem(live.id)) as FileSystem;
    const path = join(pool, SERVER, REPLICA_ID, REPLICA_ID, 'disk0.vhdx');
    saveState(`${path}.next`, 20);
    renameSync(`${path}.next`, path);
    expect(tree.fileSystem(live.id)).toBe(held); // it is open: the one that was shown goes on
    for (const { id } of points) if (id !== live.id) await tree.fileSystem(id);
    const again = tree.fileSystem(live.id);
    if (isKernel) await expect(again).rejects.toMatchObject({ code: 'SERVED_REPLACED' });
    else expect(await again).not.toBe(held);
    const [other] = points.filter(({ id }) => id !== live.id);
    await tree.fileSystem(other!.id); // opened again, as it is the same
  });

  it('one that a pruning has merged while it was closed is the same to a kernel', async () => {
    const pool = manyPoints(20);
    const tree = await ServedTree.open({ roots: [pool], isPool: true, open: {} }, true);
    onTestFinished(() => tree.close());
    const server = (await childOf(tree.root as ServedFolder, SERVER)) as ServedFolder;
    const points = await ((await childOf(server, REPLICA_ID)) as ServedFolder).children();
    const [merged, ...others] = points;
    const shown = (await tree.fileSystem(merged!.id)) as FileSystem;
    for (const folder of readdirSync(join(pool, SERVER, REPLICA_ID))) {
      const path = join(pool, SERVER, REPLICA_ID, folder, 'disk0.vhdx');
      copyFileSync(path, `${path}.part`);
      renameSync(`${path}.part`, path);
    }
    for (const { id } of others) await tree.fileSystem(id);
    expect(await tree.fileSystem(merged!.id)).not.toBe(shown);
  });

  it('more of them than are kept open: what is remembered of one that was closed is not used', async () => {
    const tree = await ServedTree.open({ roots: [manyPoints(20)], isPool: true, open: {} });
    onTestFinished(() => tree.close());
    const nodes = new Nodes(tree);
    const reader = new DirectoryReader(nodes, { uid: 1, gid: 2 });
    const server = (await childOf(tree.root as ServedFolder, SERVER)) as ServedFolder;
    const points = await ((await childOf(server, REPLICA_ID)) as ServedFolder).children();
    const out = new DataView(new ArrayBuffer(512));
    const found: { root: number; large: number }[] = [];
    for (const { id } of points) {
      const fileSystem = await tree.fileSystem(id);
      const root = fileSystem.lookup('/')!;
      const node = nodes.of(id, fileSystem, root);
      const size = await reader.read(node, 0, false, out, 0, 120);
      expect(size).toBeGreaterThan(64);
      const large = fileSystem.child(root, LARGE.name)!;
      nodes.of(id, fileSystem, large);
      found.push({ root: nodeNumber(id, root.id), large: nodeNumber(id, large.id) });
    }
    for (const [index, { root, large }] of found.entries()) {
      const file = await nodes.node(large);
      if (file?.kind !== 'entry') throw new Error(`file ${index} has no node`);
      const end = new Uint8Array(8);
      readMap(file.fileSystem.open(file.entry), LARGE.size - 8, end);
      expect(end).toEqual(endOf(index));
      const folder = (await nodes.node(root))!;
      expect(await reader.read(folder, 3, false, out, 0, 512)).toBeGreaterThan(0);
    }
  });

  it('of those that were closed nothing is kept, however many of their files were seen', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const tree = await ServedTree.open({ roots: [manyPoints(24)], isPool: true, open: {} });
    onTestFinished(() => tree.close());
    const nodes = new Nodes(tree);
    const reader = new DirectoryReader(nodes, { uid: 1, gid: 2 });
    const closed: WeakRef<FileSystem>[] = [];
    tree.onClosed = (fileSystem) => {
      nodes.forget(fileSystem);
      reader.forget(fileSystem);
      closed.push(new WeakRef(fileSystem));
    };
    const server = (await childOf(tree.root as ServedFolder, SERVER)) as ServedFolder;
    for (const { id } of await ((await childOf(server, REPLICA_ID)) as ServedFolder).children()) {
      const fileSystem = await tree.fileSystem(id);
      const root = fileSystem.lookup('/')!;
      for (const entry of fileSystem.list(root)) await nodes.node(nodeNumber(id, entry.id));
      await reader.read(nodes.of(id, fileSystem, root), 0, false, new DataView(new ArrayBuffer(120)), 0, 120);
    }
    expect(closed).toHaveLength(8);
    for (let round = 0; round < 20 && closed.some((one) => one.deref() !== undefined); round++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(closed.filter((one) => one.deref() !== undefined)).toEqual([]);
  });
});
