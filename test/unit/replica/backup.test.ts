/**
 * Goal: protect, backup and consistency check make the states they say, in both modes, whatever the source does.
 * Method: small disks on the simulated store against the bytes that were backed up.
 */

import { describe, expect, it } from 'vitest';
import { backup, consistencyCheck } from '../../../src/backup/backup.ts';
import { protect } from '../../../src/backup/protect.ts';
import type { ReplicaMode } from '../../../src/replica/layout.ts';
import { prune } from '../../../src/replica/prune.ts';
import type { ReplicaPool } from '../../../src/replica/replica-pool.ts';
import { ChangeMap } from '../../../src/sidecar/change-map.ts';
import { loadFingerprinter } from '../../../src/sidecar/fingerprint.ts';
import { openSidecar, sidecarPath } from '../../../src/sidecar/sidecar-files.ts';
import { pruneNumbers } from '../../support/prune-crash.ts';
import { Random } from '../../support/random.ts';
import {
  backupBytes,
  bytesOf,
  countingGuids,
  mutate,
  newPool,
  protectBytes,
  REPLICA,
  sourceOf,
} from '../../support/replica-pool.ts';

const KIB = 1024;
const MODES: readonly ReplicaMode[] = ['clone', 'chain'];

const jobsAt = (nowMs: number, newGuid: () => string) => ({ nowMs, newGuid });

/** The pool's states are these, oldest first, times rising; fingerprints and change maps say what is there. */
async function expectStates(pool: ReplicaPool, expected: readonly Uint8Array[]): Promise<void> {
  const { container } = pool.find(REPLICA);
  const states = container.states();
  expect(states.length).toBe(expected.length);
  const fingerprint = await loadFingerprinter();
  for (const [i, state] of states.entries()) {
    expect(Buffer.compare(bytesOf(container, state), expected[i]!), `state ${i}`).toBe(0);
    expect(state.isReplica).toBe(i === expected.length - 1);
    expect(state.facts!.sequence).toBe(i + 1);
    if (i > 0) expect(state.facts!.capturedMs).toBeGreaterThan(states[i - 1]!.facts!.capturedMs);
    using sidecar = openSidecar(container.store, container.path, state.guid!, fingerprint);
    const wanted = new Uint8Array(16);
    const found = new Uint8Array(16);
    for (let block = 0; block < sidecar.blockCount; block++) {
      const bytes = expected[i]!.subarray(block * 64 * KIB, (block + 1) * 64 * KIB);
      if (bytes.every((byte) => byte === 0)) wanted.fill(0);
      else fingerprint(bytes, wanted, 0);
      sidecar.fingerprint(block, found, 0);
      expect(found, `state ${i} block ${block}`).toEqual(wanted);
    }
    const before = expected[i - 1] ?? new Uint8Array(0);
    const changes = sidecar.changes();
    for (let at = 0; at < expected[i]!.length; at += 4096) {
      const one = Buffer.from(expected[i]!.subarray(at, at + 4096));
      const other = Buffer.alloc(one.length);
      other.set(before.subarray(at, at + one.length));
      const isChanged = [...changes.within(at, one.length)].length > 0;
      expect(isChanged, `state ${i}, bytes from ${at}`).toBe(Buffer.compare(one, other) !== 0);
    }
  }
}

describe.each(MODES)('%s', (mode) => {
  it('keeps every state, byte for byte, with times, fingerprints and changes', async () => {
    const random = new Random(11);
    const { pool } = newPool();
    const newGuid = countingGuids();
    const states = [mutate(new Uint8Array(1500 * KIB), random, 12)];
    await protectBytes(pool, states[0]!, mode, jobsAt(1000, newGuid), 4);
    for (let i = 1; i < 8; i++) {
      states.push(mutate(states[i - 1]!, random, 5));
      const report = await backupBytes(pool, states[i]!, jobsAt(1000 + i, newGuid));
      expect(report.derivation).toBe(mode === 'clone' ? 'clone' : i % 4 === 0 ? 'base' : 'chain');
      expect(report.depth).toBeLessThanOrEqual(4);
    }
    await expectStates(pool, states);
  });

  it('follows a source that grows and shrinks, and one that ends inside a sector', async () => {
    const random = new Random(12);
    const { pool } = newPool();
    const newGuid = countingGuids();
    const full = mutate(new Uint8Array(3000 * KIB), random, 30);
    const states: Uint8Array[] = [];
    for (const [i, size] of [1000 * KIB, 2500 * KIB + 100, 700 * KIB, 700 * KIB, 2 * KIB, 3000 * KIB].entries()) {
      const bytes = mutate(full, random, 3).slice(0, size);
      if (i === 0) await protectBytes(pool, bytes, mode, jobsAt(i, newGuid));
      else await backupBytes(pool, bytes, { ...jobsAt(i, newGuid), shrink: true });
      const padded = new Uint8Array(Math.ceil(size / 512) * 512);
      padded.set(bytes);
      states.push(padded);
    }
    await expectStates(pool, states);
  });

  it('with a change list reads and writes what it names, also when the disk is resized', async () => {
    const random = new Random(13);
    const { pool } = newPool();
    const newGuid = countingGuids();
    const states = [mutate(new Uint8Array(2000 * KIB), random, 20)];
    await protectBytes(pool, states[0]!, mode, jobsAt(0, newGuid));
    for (const [i, size] of [2000 * KIB, 2000 * KIB, 2600 * KIB, 1100 * KIB, 1100 * KIB].entries()) {
      const bytes = new Uint8Array(size);
      bytes.set(states[i]!.subarray(0, size));
      const changes = new ChangeMap();
      for (let at = 8192 * (1 + random.below(6)); at + 40_000 < size; at += 4096 * (11 + random.below(40))) {
        const length = 4096 * (1 + random.below(8));
        if (random.below(4) === 0) bytes.fill(0, at, at + length);
        else bytes.set(random.bytes(length), at);
        changes.add(at, length);
      }
      const report = await backup(pool, REPLICA, sourceOf(bytes), { changes, shrink: true, ...jobsAt(i, newGuid) });
      if (size === states[i]!.length) {
        const blocks = new Set(
          [...changes.ranges()]
            .flatMap(({ offset, length }) => [offset, offset + length - 1])
            .map((at) => Math.floor(at / (64 * KIB))),
        );
        expect(report.scannedBytes).toBeLessThanOrEqual(64 * KIB * blocks.size);
      }
      states.push(bytes);
    }
    const { container } = pool.find(REPLICA);
    for (const [i, state] of container.states().entries()) {
      expect(Buffer.compare(bytesOf(container, state), states[i]!), `state ${i}`).toBe(0);
    }
    // The fingerprints are those of the whole: a backup without a list finds nothing to do.
    const report = await backupBytes(pool, states.at(-1)!, jobsAt(99, newGuid));
    expect(report.changedBytes).toBe(0);
    expect(report.writtenBytes).toBe(0);
  });

  it.each([4096, 512])(
    'a change list that leaves out changes makes no damaged state (ranges of %i bytes)',
    async (unit) => {
      const random = new Random(unit);
      const { pool } = newPool();
      const newGuid = countingGuids();
      const states = [mutate(new Uint8Array(1500 * KIB), random, 60)];
      await protectBytes(pool, states[0]!, mode, jobsAt(0, newGuid));
      for (let i = 0; i < 6; i++) {
        const before = states.at(-1)!;
        const source = before.slice();
        const changes = new ChangeMap();
        const expected = before.slice(); // blocks that are not named stay as they were
        for (let at = 0; at < source.length; at += 64 * KIB) {
          const block = source.subarray(at, at + 64 * KIB);
          if (random.below(5) === 0) block.fill(0);
          else if (random.below(5) > 0) for (let j = random.below(6); j > 0; j--) change(block);
          const isNamed = random.below(3) > 0 && Buffer.compare(block, before.subarray(at, at + block.length)) !== 0;
          if (!isNamed) continue;
          const offsets = [1, 2].map(() => unit * random.below(block.length / unit));
          for (const offset of offsets.sort((a, b) => a - b)) {
            block[offset] = before[at + offset]! ^ 1; // what is named has changed
            changes.add(at + offset, unit);
          }
          expected.set(block, at);
        }
        await backup(pool, REPLICA, sourceOf(source), { changes, shrink: true, ...jobsAt(i, newGuid) });
        states.push(expected);
      }
      await expectStates(pool, states);

      function change(block: Uint8Array): void {
        const length = 512 * (1 + random.below(20));
        block.set(random.bytes(length), 512 * random.below((block.length - length) / 512));
      }
    },
  );

  it('orders points of one millisecond, and of a clock that goes backwards', async () => {
    const random = new Random(14);
    const { pool } = newPool();
    const newGuid = countingGuids();
    const states = [random.bytes(64 * KIB)];
    await protectBytes(pool, states[0]!, mode, jobsAt(5000, newGuid));
    for (const nowMs of [5000, 5000, 4000, 0, 5001]) {
      states.push(mutate(states.at(-1)!, random, 1));
      await backupBytes(pool, states.at(-1)!, jobsAt(nowMs, newGuid));
    }
    await expectStates(pool, states);
  });

  it('consistency check repairs a replica that is not what its fingerprints say', async () => {
    const random = new Random(15);
    const { pool, store } = newPool();
    const newGuid = countingGuids();
    const source = random.bytes(300 * KIB);
    await protectBytes(pool, source, mode, jobsAt(0, newGuid));
    const { container } = pool.find(REPLICA);
    const file = store.openWritable(container.replica()!.path);
    const needle = source.subarray(70 * KIB, 70 * KIB + 512);
    const whole = new Uint8Array(file.size);
    file.read(0, whole);
    const at = Buffer.from(whole).indexOf(needle);
    file.write(at, random.bytes(512));
    file.close();
    expect((await backupBytes(pool, source, jobsAt(1, newGuid))).changedBytes).toBe(0); // it does not read the replica
    const report = await consistencyCheck(pool, REPLICA, sourceOf(source), jobsAt(2, newGuid));
    expect(report.damagedBlocks).toBe(1);
    expect(Buffer.compare(bytesOf(container, container.replica()!), source)).toBe(0);
  });

  it('consistency check does without fingerprints that are lost, and makes them anew', async () => {
    const random = new Random(16);
    const { pool, store } = newPool();
    const newGuid = countingGuids();
    const source = mutate(new Uint8Array(900 * KIB), random, 9);
    await protectBytes(pool, source, mode, jobsAt(0, newGuid));
    const { container } = pool.find(REPLICA);
    store.unlink(sidecarPath(container.path, container.replica()!.guid!));
    const changed = mutate(source, random, 3);
    await expect(backupBytes(pool, changed, jobsAt(1, newGuid))).rejects.toMatchObject({ kind: 'not-found' });
    await consistencyCheck(pool, REPLICA, sourceOf(changed), jobsAt(2, newGuid));
    expect(Buffer.compare(bytesOf(container, container.replica()!), changed)).toBe(0);
    const next = mutate(changed, random, 3);
    await backupBytes(pool, next, jobsAt(3, newGuid));
    expect(Buffer.compare(bytesOf(container, container.replica()!), next)).toBe(0);
    expect((await backupBytes(pool, next, jobsAt(4, newGuid))).changedBytes).toBe(0);
  });

  it('a state whose predecessor has lost its sidecar comes behind all others, whatever the clock says', async () => {
    const random = new Random(17);
    const { pool, store } = newPool();
    const newGuid = countingGuids();
    const states = [random.bytes(128 * KIB)];
    await protectBytes(pool, states[0]!, mode, jobsAt(0, newGuid));
    for (let i = 1; i < 5; i++) {
      states.push(mutate(states[i - 1]!, random, 2));
      await backupBytes(pool, states[i]!, jobsAt(i, newGuid));
    }
    await pruneNumbers(store, [0, 1]);
    const { container } = pool.find(REPLICA);
    store.unlink(sidecarPath(container.path, container.replica()!.guid!));
    await consistencyCheck(pool, REPLICA, sourceOf(states[4]!), jobsAt(-9, newGuid));
    await backupBytes(pool, states[4]!, jobsAt(-8, newGuid));
    const facts = container.states().map((state) => state.facts);
    expect(facts.map((one) => one?.sequence)).toEqual([undefined, 3, 4, 5, 6]);
    const times = facts.flatMap((one) => one?.capturedMs ?? []);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  it('an interrupted consistency check leaves the replica inconsistent until one is done', async () => {
    const { pool } = newPool();
    const newGuid = countingGuids();
    const source = new Random(17).bytes(64 * KIB);
    await protectBytes(pool, source, mode, jobsAt(0, newGuid));
    const options = { signal: AbortSignal.abort(), ...jobsAt(1, newGuid) };
    await expect(consistencyCheck(pool, REPLICA, sourceOf(source), options)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    await expect(backupBytes(pool, source, jobsAt(2, newGuid))).rejects.toMatchObject({ code: 'REPLICA_INCONSISTENT' });
    await consistencyCheck(pool, REPLICA, sourceOf(source), jobsAt(3, newGuid));
    await backupBytes(pool, source, jobsAt(4, newGuid));
  });

  it('a cancelled backup leaves nothing, and the next one works', async () => {
    const { pool, store } = newPool();
    const newGuid = countingGuids();
    const random = new Random(18);
    const source = random.bytes(64 * KIB);
    await protectBytes(pool, source, mode, jobsAt(0, newGuid));
    const before = store.imageHash();
    const options = { signal: AbortSignal.abort(), ...jobsAt(1, newGuid) };
    await expect(backup(pool, REPLICA, sourceOf(mutate(source, random, 2)), options)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(store.imageHash()).toBe(before);
    await backupBytes(pool, source, jobsAt(2, newGuid));
  });
});

it.each([
  ['clone', true],
  ['chain', true],
  ['chain', false],
] as const)(
  'where no open file can be replaced (Windows), all is closed first: %s, links %s',
  async (mode, hasLinks) => {
    const random = new Random();
    const { store, pool } = newPool();
    Object.assign(store, { hasLinks, replacesOpenFiles: false });
    const newGuid = countingGuids();
    const states = [mutate(new Uint8Array(600 * KIB), random, 12)];
    await protectBytes(pool, states[0]!, mode, jobsAt(1000, newGuid), 3);
    for (let i = 1; i < 5; i++) {
      states.push(mutate(states[i - 1]!, random, 5));
      await backupBytes(pool, states[i]!, jobsAt(1000 + i, newGuid));
    }
    states.push(mutate(states[4]!, random, 5));
    await consistencyCheck(pool, REPLICA, sourceOf(states[5]!), { threads: 1, ...jobsAt(2000, newGuid) });
    await expectStates(pool, states);
    using replica = pool.lock(pool.find(REPLICA));
    const { container } = replica;
    const ids = container.states().map(({ id }) => id);
    await prune(replica, [ids[1]!, ids[2]!, ids[4]!]);
    const left = container.states();
    expect(left.length).toBe(3);
    for (const [i, index] of [0, 3, 5].entries()) {
      expect(Buffer.compare(bytesOf(container, left[i]!), states[index]!), `seed ${random.seed}, state ${index}`).toBe(
        0,
      );
    }
  },
);

it.each([512, 4096] as const)(
  'a list in bytes counts in whole sectors of %i of the disk',
  async (logicalSectorSize) => {
    const { pool } = newPool();
    const newGuid = countingGuids();
    const first = new Random(3).bytes(512 * KIB);
    const source = (bytes: Uint8Array) => ({ ...sourceOf(bytes), logicalSectorSize });
    await protect(pool, source(first), { name: 'vm', mode: 'chain', replicaId: REPLICA, ...jobsAt(1, newGuid) });
    const now = first.map((byte, at) => ((at >= 5700 && at < 5710) || at > 511 * KIB ? byte ^ 1 : byte));
    const changes = ChangeMap.of([
      { offset: 5700, length: 10 },
      { offset: 511 * KIB + 1, length: KIB - 1 },
    ]);
    const report = await backup(pool, REPLICA, source(now), { changes, threads: 1, ...jobsAt(2, newGuid) });
    expect(report.changedBytes).toBe(logicalSectorSize === 512 ? 512 + 1024 : 2 * 4096);
    const { container } = pool.find(REPLICA);
    expect(Buffer.compare(bytesOf(container, container.replica()!), now)).toBe(0);
  },
);
