/**
 * Goal: a replica is found by every name that it was given, however it is typed; no file of the folder that somebody works in stands
 * in its place. Method: names with `@`, GUIDs, letters in parts, and files of their names, in a simulated pool.
 */

import { describe, expect, it } from 'vitest';
import { protect } from '../../../src/backup/protect.ts';
import { pathOfState } from '../../../src/replica/state-name.ts';
import { Random } from '../../support/random.ts';
import { countingGuids, newPool, sourceOf } from '../../support/replica-pool.ts';

const COMPOSED = 'Caf\u00e9';
const IN_PARTS = 'Cafe\u0301';
const GUID = 'cccccccc-0000-4000-8000-000000000000';

async function poolOf(...names: readonly string[]) {
  const { store, pool } = newPool();
  const newGuid = countingGuids();
  const bytes = new Random(1).bytes(64 * 1024);
  const add = (name: string) => protect(pool, sourceOf(bytes), { name, mode: 'chain', nowMs: 1000, newGuid });
  for (const name of names) await add(name);
  return { store, pool, add };
}

describe('a state is found', () => {
  it.each(['svc@host', 'a@2026-01-01', GUID, 'vm'])('by the name %s, and by name and time', async (name) => {
    const { pool } = await poolOf(name, 'other');
    const { container } = pool.find(name);
    const live = `${container.path}/${container.replicaId}/disk0.vhdx`;
    expect(pathOfState(pool, name)).toBe(live);
    expect(pathOfState(pool, `${name}@1970-01-01T00:00:02Z`)).toBe(live);
    expect(() => pathOfState(pool, `${name}@1970-01-01T00:00:00Z`)).toThrow(/no state/);
  });

  it('before a file of its name; a path that is no name is a path', async () => {
    const { store, pool } = await poolOf('/vm');
    for (const name of ['/vm', '/disk']) store.create(name).close();
    expect(pathOfState(pool, '/vm')).toMatch(/disk0\.vhdx$/);
    expect(pathOfState(pool, '/disk')).toBe('/disk');
  });

  it('by a name whose letters come in parts, and no second one can be made of it', async () => {
    const { pool, add } = await poolOf(COMPOSED);
    expect(pool.find(IN_PARTS).file.name).toBe(COMPOSED);
    expect(pathOfState(pool, IN_PARTS)).toBe(pathOfState(pool, COMPOSED));
    await expect(add(IN_PARTS)).rejects.toMatchObject({ kind: 'conflict', code: 'REPLICA_EXISTS' });
  });
});
