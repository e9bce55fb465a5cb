/**
 * Goal: the seal that a job keeps is the one that reading the state gives, though the job has not read it. Method: states
 * of every derivation on real files, sealed as they are made, then read by verify.
 */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup, consistencyCheck } from '../../../src/backup/backup.ts';
import { createReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { DiskStore } from '../../../src/io/disk-store.ts';
import { ChangeMap } from '../../../src/sidecar/change-map.ts';
import { verify } from '../../../src/verify/verify.ts';
import { changedPieces } from '../../support/pool-model.ts';
import { Random } from '../../support/random.ts';
import { mutate, sourceOf } from '../../support/replica-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const KIB = 1024;
const SIZE = 1500 * KIB;

function scattered(random: Random): Uint8Array {
  const bytes = mutate(new Uint8Array(SIZE), random, 12);
  bytes.set(random.bytes(200 * KIB), 900 * KIB);
  return bytes;
}

async function sealsOf(pool: string) {
  const { containers, totals } = await verify(pool, { seal: true, threads: 1 });
  expect(totals.errors).toBe(0);
  return containers[0]!.states.map(({ seal }) => seal);
}

describe.each([1, 2] as const)('%i threads', (threads) => {
  it('every job seals what it makes', async () => {
    const random = new Random(threads);
    const root = join(tempFolder(), 'pool');
    const pool = createReplicaPool(root, 'dpm01.contoso.com');
    const options = { seal: true, threads } as const;
    let bytes = scattered(random);
    const made = [(await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain', depthMax: 3, ...options })).seal];
    for (let i = 0; i < 4; i++) {
      bytes = mutate(bytes, random, 4);
      made.push((await backup(pool, 'vm', sourceOf(bytes), options)).seal); // a full base among them
    }
    const changed = mutate(bytes, random, 4);
    const changes = changedPieces(bytes, changed);
    made.push((await backup(pool, 'vm', sourceOf(changed), { ...options, changes })).seal);
    made.push((await consistencyCheck(pool, 'vm', sourceOf(mutate(changed, random, 3)), options)).seal);
    const longer = new Uint8Array(SIZE + 100 * KIB + 100); // ends inside a sector
    longer.set(changed);
    longer.set(random.bytes(50 * KIB + 100), SIZE + 50 * KIB);
    made.push((await backup(pool, 'vm', sourceOf(longer), options)).seal);
    made.push((await backup(pool, 'vm', sourceOf(longer.slice(0, 700 * KIB + 1)), { ...options, shrink: true })).seal);
    const found = await sealsOf(root);
    expect(found).toEqual(made.map((seal) => ({ ...seal!, state: 'holds' })));
    expect(new Set(made.map((seal) => seal!.sha256)).size).toBe(made.length);
  });

  it('a full base that holds less than the state before it is sealed by itself', async () => {
    const random = new Random(30 + threads);
    const root = join(tempFolder(), 'pool');
    const pool = createReplicaPool(root, 'dpm01.contoso.com');
    const options = { seal: true, threads } as const;
    const bytes = random.bytes(SIZE);
    const made = [(await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain', depthMax: 1, ...options })).seal];
    bytes.fill(0, 200 * KIB, 500 * KIB);
    made.push((await backup(pool, 'vm', sourceOf(bytes), options)).seal);
    made.push((await backup(pool, 'vm', sourceOf(bytes.slice(0, 300 * KIB)), { ...options, shrink: true })).seal);
    expect(await sealsOf(root)).toEqual(made.map((seal) => ({ ...seal!, state: 'holds' })));
  });

  it('with a change list that leaves out changes it is that of what was stored', async () => {
    const random = new Random(20 + threads);
    const root = join(tempFolder(), 'pool');
    const pool = createReplicaPool(root, 'dpm01.contoso.com');
    const options = { seal: true, threads } as const;
    const bytes = scattered(random);
    const made = [(await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain', ...options })).seal];
    const changed = mutate(bytes, random, 12);
    const changes = ChangeMap.of([...changedPieces(bytes, changed).ranges()].filter((_one, i) => i % 2 === 0));
    made.push((await backup(pool, 'vm', sourceOf(changed), { ...options, changes })).seal);
    expect(await sealsOf(root)).toEqual(made.map((seal) => ({ ...seal!, state: 'holds' })));
  });

  it('without the option there is none; with it equal contents have equal seals', async () => {
    const random = new Random(9);
    const root = join(tempFolder(), 'pool');
    const pool = createReplicaPool(root, 'dpm01.contoso.com');
    const bytes = scattered(random);
    expect((await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain', threads })).seal).toBeNull();
    const one = await backup(pool, 'vm', sourceOf(bytes), { seal: true, threads });
    const changes = new ChangeMap();
    const other = await backup(pool, 'vm', sourceOf(bytes), { seal: true, threads, changes });
    expect(other.seal!.sha256).toBe(one.seal!.sha256);
    expect((await sealsOf(root)).map((seal) => seal!.state)).toEqual(['made', 'holds', 'holds']);
  });
});

it('with a change list a replica that is damaged elsewhere is not sealed, and no state is made', async () => {
  const root = join(tempFolder(), 'pool');
  const pool = createReplicaPool(root, 'dpm01.contoso.com');
  const bytes = scattered(new Random(4));
  await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain' });
  const { container } = pool.find('vm');
  const file = new DiskStore().openWritable(container.replica()!.path);
  const place = Buffer.alloc(file.size);
  file.read(0, place);
  const at = place.indexOf(Buffer.from(bytes.subarray(1000 * KIB, 1000 * KIB + 64)));
  file.write(at, new Uint8Array(512));
  file.close();
  const failure = backup(pool, 'vm', sourceOf(bytes), { seal: true, changes: new ChangeMap() });
  await expect(failure).rejects.toMatchObject({ kind: 'corrupt', code: 'REPLICA_DAMAGED' });
  expect(container.states()).toHaveLength(1);
});
