/**
 * Goal: diskshadow makes and deletes recovery points in pools that pitvault keeps, and nowhere else. Method: a pool on disk,
 * lines as an admin types them; the points' bytes are read back.
 */

import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { createReplicaPool, openReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { StorageError } from '../../../src/errors.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { condemn } from '../../../src/replica/prune.ts';
import { diskshadow } from '../../../src/words/diskshadow.ts';
import { OwnPools } from '../../../src/words/own-pools.ts';
import type { WordsContext } from '../../../src/words/words-context.ts';
import { bytesOf, sourceOf } from '../../support/replica-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const REPLICA = 'aaaaaaaa-0000-4000-8000-000000000000';
const VOLUME = `\\\\?\\Volume{${REPLICA}}\\`;
const BYTES = new Uint8Array(300 * 1024).map((_, index) => index % 251);
let pool: string;

beforeEach(async () => {
  process.env['PITVAULT_STATE'] = join(tempFolder(), 'state');
  onTestFinished(() => {
    delete process.env['PITVAULT_STATE'];
  });
  pool = join(tempFolder(), 'pool');
  mkdirSync(pool);
  const made = createReplicaPool(pool, 'dpm01.contoso.com');
  await protect(made, sourceOf(BYTES), { name: 'vm', mode: 'chain', replicaId: REPLICA, threads: 1 });
});

/** `code`: of the result, or of the error with which it ended. */
async function type(
  options: readonly string[],
  ...input: string[]
): Promise<{ code: number | string; lines: string[]; notes: string[] }> {
  const lines: string[] = [];
  const notes: string[] = [];
  const context: WordsContext = {
    out: (text) => lines.push(text),
    note: (text) => notes.push(text),
    mounter: {
      mount: () => Promise.reject(new Error('nothing is mounted here')),
      unmount: () => Promise.reject(new Error('nothing is mounted here')),
    },
    open: {},
    absolute: (path) => path,
    flush: () => {},
    computerName: 'DPM',
    files: async () => new PortableHostFiles('a test'),
    ask: async () => input.shift() ?? null,
    waiting: (work) => work(),
  };
  try {
    return { code: await diskshadow(['--image', pool, ...options], context), lines, notes };
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    return { code: error.code, lines: [...lines, error.message], notes };
  }
}

const points = (): string[] => openReplicaPool(pool).find(REPLICA).container.pointIds();

it('create makes a point of what the replica holds; its alias can be used at once', async () => {
  const typed = [`add volume ${VOLUME} alias now`, 'add', 'create', 'list shadows id %now%'];
  const { code, lines } = await type([], ...typed);
  expect(code, lines.join('\n')).toBe(0);
  const [id, ...others] = points();
  expect(others).toEqual([]);
  expect(lines).toContain(`Alias now for shadow ID {${id}} set as environment variable.`);
  expect(lines).toContain(`-> %now% = {${id}}`);
  expect(lines.filter((line) => line === `\t* Shadow copy ID = {${id}}\t\t%now%`)).toHaveLength(2);
  const { container } = openReplicaPool(pool).find(REPLICA);
  const states = container.states();
  expect(states.map(({ isReplica }) => isReplica)).toEqual([false, true]);
  for (const state of states)
    expect(Buffer.compare(bytesOf(container, state).subarray(0, BYTES.length), BYTES)).toBe(0);
  expect(states[1]!.facts!.changedBytes).toBe(0);
});

it('delete needs its flag, and takes what is named', async () => {
  for (let i = 0; i < 3; i++) await type([], `add volume ${VOLUME}`, 'create');
  const refused = await type([], 'delete shadows all');
  expect([refused.code, points().length]).toEqual(['DISKSHADOW_DELETE', 3]);
  expect(refused.lines.join('\n')).toContain('--allow-delete');
  const states = openReplicaPool(pool).find(REPLICA).container.states();
  await type(['--allow-delete'], `delete shadows oldest ${VOLUME}`);
  expect(points().toSorted()).toEqual([states[1]!.id, states[2]!.id].toSorted());
  const { lines } = await type(['--allow-delete'], `delete shadows id {${states[2]!.id.toUpperCase()}}`);
  expect(lines.at(-1)).toBe('Number of shadow copies deleted: 1');
  await type(['--allow-delete'], 'delete shadows all');
  expect(points()).toEqual([]);
  const { container } = openReplicaPool(pool).find(REPLICA);
  expect(Buffer.compare(bytesOf(container, container.replica()!).subarray(0, BYTES.length), BYTES)).toBe(0);
  const nothing = await type(['--allow-delete'], 'delete shadows all', 'delete shadows', 'delete shadows some X:');
  expect([nothing.code, nothing.lines.length > 3]).toEqual(['SHADOW_MISSING', true]);
});

it('nothing is run of a script whose last line is not understood', async () => {
  await type([], `add volume ${VOLUME}`, 'create');
  const script = join(tempFolder(), 'script.dsh');
  for (const last of ['bogus', 'bogus %x%', 'expose %x%\nexpose']) {
    writeFileSync(script, `add alias x y\ndelete shadows oldest ${VOLUME}\n${last}\n`);
    const { code, lines } = await type(['--allow-delete', '-s', script]);
    expect([code, points().length], last).toEqual([expect.stringMatching(/^DISKSHADOW_(COMMAND|SYNTAX)$/), 1]);
    expect(lines.join('\n')).toMatch(/line [34], /);
  }
  writeFileSync(script, `add alias x ${VOLUME}\ndelete shadows oldest %x%\nexit\nwhat is never run\n`);
  expect((await type(['--allow-delete', '-s', script])).code).toBe(0);
  expect(points()).toEqual([]);
});

it('what an earlier run had condemned is deleted when it is asked for again', async () => {
  await type([], `add volume ${VOLUME}`, 'create');
  const [id] = points();
  condemn(openReplicaPool(pool).find(REPLICA).container, [id!]);
  const again = new OwnPools([pool], async () => new PortableHostFiles('a test'));
  await again.removePoint(REPLICA, id!, {});
  expect(points()).toEqual([]);
});

it('a pool that DPM keeps is read only', async () => {
  await type([], `add volume ${VOLUME}`, 'create');
  const own = pool;
  pool = join(tempFolder(), 'dpm');
  cpSync(own, pool, { recursive: true, filter: (path) => !path.endsWith('.pitvault') });
  const { code, lines } = await type(['--allow-delete'], `add volume ${VOLUME}`, 'create', 'delete shadows all');
  expect(code).toBe('DISKSHADOW_NOT_OWN');
  expect(lines.filter((line) => line.includes('no replica of a pool that pitvault keeps'))).toHaveLength(3); // and as the end
  expect(existsSync(join(pool, 'dpm01.contoso.com', REPLICA, REPLICA, 'disk0.vhdx'))).toBe(true);
});

it.each([
  'begin backup',
  'end backup',
  'writer verify x',
  'simulate restore',
  'import',
  'load metadata x.cab',
  'mask {1}',
])('%s says what it needs', async (line) => {
  const { code, lines } = await type([], line);
  expect(code).toMatch(/^DISKSHADOW_/);
  expect(lines.join('\n')).toMatch(/Windows machine|provider|metadata/);
});
