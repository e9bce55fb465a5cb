/**
 * Goal: what a log means for its database is told rightly, and a log that is damaged, or made to mislead, costs neither time
 * nor the verdict on the data. Method: real pairs of database and log; seeded bytes of the structures that are read (file
 * header, virtual log headers, log blocks) are changed; sizes and numbers are set to their extremes.
 */

import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/database/health.ts';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { Database } from '../../../src/mdf/database.ts';
import { readLogState, readVirtualLogs, requireLog } from '../../../src/mdf/log-file.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { Random } from '../../support/random.ts';

const PAIRS = {
  northwnd: ['mssql/itsligo/northwnd.mdf.gz', 'mssql/itsligo/northwnd_log.ldf.gz'],
  pubs: ['mssql/itsligo/pubs.mdf.gz', 'mssql/itsligo/pubs_log.ldf.gz'],
} as const;

const mapOf = (bytes: Uint8Array): FileMap => new FileMap(new MemoryFile(bytes, 'log'));

function open(path: string): Database {
  return Database.open({ map: new FileMap(new MemoryFile(readFixture(path), path)), name: path });
}

describe.skipIf(fixturesRoot() === null).each(Object.entries(PAIRS))(fixturesTitle('the log of %s'), (_name, pair) => {
  const [mdf, ldf] = pair;
  const sound = fixturesRoot() === null ? new Uint8Array(0) : new Uint8Array(readFixture(ldf));

  it('holds the last checkpoint, and nothing after it', async () => {
    const logs = readVirtualLogs(mapOf(sound), 'log');
    expect(logs.reduce((end, { offset, size }) => (offset === end ? end + size : Number.NaN), 8192)).toBe(sound.length);
    const { verdict, log, findings } = await checkDatabase(open(mdf), { log: { map: mapOf(sound), name: 'log' } });
    expect(verdict).toBe('clean shutdown');
    expect(log).toMatchObject({ holdsCheckpoint: true, nothingAfterCheckpoint: true, virtualLogs: logs.length });
    expect(findings).toEqual([]);
  });

  it('with changed bytes ends in a state or in a typed error, and never changes what the pages prove', async () => {
    const random = new Random();
    const database = open(mdf);
    const { checkpointLsn } = database.boot;
    const places = readVirtualLogs(mapOf(sound), 'log').map(({ offset }) => offset);
    const active = readVirtualLogs(mapOf(sound), 'log').find(({ sequence }) => sequence === checkpointLsn.file)!;
    for (let round = 0; round < 300; round++) {
      const bytes = sound.slice(0, round % 5 === 0 ? random.below(sound.length) : sound.length);
      for (let change = 0; change < 8; change++) {
        const near = random.pick([0, ...places, active.offset + checkpointLsn.block * 512]);
        const at = near + random.below(random.pick([28, 512, 8192]));
        if (at < bytes.length) bytes[at] = random.pick([0, 255, 1, 128, random.below(256)]);
      }
      const map = mapOf(bytes);
      for (const read of [
        () => requireLog(map, 'log'),
        () => readVirtualLogs(map, 'log'),
        () => readLogState(map, 'log', checkpointLsn),
      ]) {
        try {
          read();
        } catch (error) {
          expect([random.seed, round, StorageError.isDamage(error) || error]).toEqual([random.seed, round, true]);
        }
      }
      if (round % 30 !== 0) continue;
      const { pages, badPages, verdict } = await checkDatabase(database, { log: { map, name: 'log' } });
      expect([random.seed, round, pages.bad, badPages, verdict === 'damaged']).toEqual([
        random.seed,
        round,
        0,
        [],
        false,
      ]);
    }
  });

  it.each([
    ['a size of nothing', 16, 0n],
    ['a size beyond the file', 16, 1n << 40n],
    ['a size beyond all files', 16, (1n << 64n) - 1n],
    ['a size that overlaps the next', 16, 8192n],
  ])('%s in a virtual log ends the list there, or is no log', (_what, at, value) => {
    const bytes = sound.slice();
    new DataView(bytes.buffer).setBigUint64(8192 + at, value, true);
    try {
      expect(readVirtualLogs(mapOf(bytes), 'log').length).toBeLessThanOrEqual(sound.length / 8192);
    } catch (error) {
      expect(error).toMatchObject({ code: 'LDF_VLF', kind: 'corrupt' });
    }
  });
});

it.skipIf(fixturesRoot() === null)(fixturesTitle('the log of another copy is told from its own'), async () => {
  const map = mapOf(new Uint8Array(readFixture('mssql/itsligo/northwnd.ldf.gz')));
  const { log, verdict } = await checkDatabase(open('mssql/itsligo/northwnd.mdf.gz'), { log: { map, name: 'old' } });
  expect(log).toMatchObject({ holdsCheckpoint: false, nothingAfterCheckpoint: null });
  expect(verdict).toBe('clean shutdown'); // what the boot page says needs no log
});
