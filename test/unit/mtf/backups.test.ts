/**
 * Goal: real backups of SQL Server 2008 R2 to 2016 say what they are, and their databases read completely: full, striped,
 * full with a differential over it. Method: header facts as the server that made them would print them; every table gives
 * the rows that the catalog counts; every page in use proves itself.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/database/health.ts';
import { openDatabase } from '../../../src/database/open-database.ts';
import { StorageError } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { lsnText } from '../../../src/mdf/boot-page.ts';
import { Database } from '../../../src/mdf/database.ts';
import { readFileHeader } from '../../../src/mdf/file-header.ts';
import { readLogState, readVirtualLogs } from '../../../src/mdf/log-file.ts';
import { Page } from '../../../src/mdf/page.ts';
import { openBackup } from '../../../src/mtf/backup.ts';
import { readBackupMedium } from '../../../src/mtf/backup-set.ts';
import { checkBackupSums } from '../../../src/mtf/check-backup.ts';
import { extractBackup } from '../../../src/recovery/extract-backup.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { Random } from '../../support/random.ts';

const LAB = 'mssql/appveyor-lab';

function source(path: string) {
  return { map: new FileMap(new MemoryFile(new Uint8Array(readFixture(`${path}.gz`)), path)), name: path };
}

async function counts(...paths: string[]) {
  const backup = openBackup(paths.map(source));
  const { map } = backup.files[0]!;
  const database = Database.open({ map, name: paths[0]! });
  const health = await checkDatabase(database);
  expect([paths, health.pages.bad, health.pages.gamMismatches]).toEqual([paths, 0, 0]);
  expect(health.verdict).toBe('crash-consistent, needs the log');
  for (const table of database.tables({ system: true }))
    expect([table.fullName, [...table.rows()].length]).toEqual([table.fullName, table.rowCount]);
  return {
    checked: health.pages.checksum,
    tables: Object.fromEntries(database.tables().map((t) => [t.fullName, t.rowCount])),
  };
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('real backups'), () => {
  it('files of one name in different folders are extracted to two names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
    try {
      const bytes = readFixture(`${LAB}/backuppassword/passwd.bak.gz`);
      const [log, other] = ['StripeTestrestoretimestripe_log.LDF', 'abc\\StripeTestrestoretimestripe.mdf'].map((name) =>
        Buffer.from(name, 'utf16le'),
      );
      for (let at = bytes.indexOf(log!); at >= 0; at = bytes.indexOf(log!)) other!.copy(bytes, at);
      writeFileSync(join(folder, 'passwd.bak'), bytes);
      await using handle = await openDatabase(join(folder, 'passwd.bak'));
      for (const force of [false, true]) {
        const files = await extractBackup(handle, join(folder, 'out'), { force });
        expect(files.map(({ path, kind }) => [basename(path), kind])).toEqual([
          ['StripeTestrestoretimestripe.mdf', 'data'],
          ['StripeTestrestoretimestripe_2.mdf', 'log'],
        ]);
      }
      await using data = await openDatabase(join(folder, 'out/StripeTestrestoretimestripe.mdf'));
      expect(data.database.tables().length).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('headers', () => {
    const medium = readBackupMedium(source(`${LAB}/restoretimeclean2016/RestoreTimeClean.bak`).map, 'b');
    const [set] = medium.sets;
    expect(medium).toMatchObject({ software: 'Microsoft SQL Server', stripes: 1, stripe: 1, findings: [] });
    expect(set).toMatchObject({
      kind: 'full',
      database: 'RestoreTimeClean',
      server: 'WIN-JNMR8KM0U3B\\SQL2016',
      version: 852,
      build: '13.0.5081',
      compatibilityLevel: 100,
      started: '2019-05-02 21:00:55',
      setId: 'c6c44151-8a2c-4c6c-9bf5-2e02090c8ebc',
      position: 1,
    });
    expect([set!.firstLsn, set!.lastLsn, set!.checkpointLsn].map(lsnText)).toEqual([
      '27:1E8:47',
      '27:206:1',
      '27:1E8:47',
    ]);
    const log = readBackupMedium(source(`${LAB}/restoretimeclean2016/RestoreTimeClean_1.trn`).map, 'l').sets[0]!;
    expect([log.kind, lsnText(log.firstLsn), lsnText(log.lastLsn)]).toEqual(['log', '27:1DA:1', '27:21D:1']);
    expect(readBackupMedium(source(`${LAB}/backuppassword/passwd.bak`).map, 'p').password).toBe(true);
    expect(
      readBackupMedium(source(`${LAB}/sql2008-backups/RestoreTimeStripe/Stripe2/RestoreTimeStripe1.bak`).map, 's'),
    ).toMatchObject({
      stripes: 2,
      stripe: 2,
      mediaSetId: 'dba99816-9a6c-4ab6-b68c-76b2a726823d',
    });
  });

  it.each([
    [
      'mssql/UGR95/pubs.bak',
      345,
      { 'dbo.authors': 26, 'dbo.titles': 19, 'dbo.bookstock': 108, 'dbo.EstadosMexicanos': 32 },
    ],
    [`${LAB}/restoretimeclean2016/RestoreTimeClean.bak`, 264, { 'dbo.steps': 0 }],
    [`${LAB}/backuppassword/passwd.bak`, 149, { 'dbo.steps': 60 }],
    [`${LAB}/detachattach/detachattach.bak`, 141, {}],
    [`${LAB}/sql2008-backups/Cube_Query_History/FULL/SQL2008_Cube_Query_History_FULL_20170518_041737.bak`, 153, {}],
    [
      `${LAB}/sql2008-backups/dbareports/FULL/SQL2008_dbareports_FULL_20170518_041739.bak`,
      193,
      { 'info.Databases': 15, 'info.ServerInfo': 2, 'dbo.InstanceList': 2, 'info.SQLInfo': 1 },
    ],
  ] as const)('%s', async (path, checksums, tables) => {
    const found = await counts(path);
    expect(found.checked).toBe(checksums);
    expect(found.tables).toMatchObject(tables);
  });

  it('two stripes together; one alone says that the other is missing', async () => {
    const stripes = [1, 2].map(
      (n) => `${LAB}/sql2008-backups/RestoreTimeStripe/Stripe${n}/RestoreTimeStripe${n === 2 ? 1 : ''}.bak`,
    );
    expect((await counts(...stripes)).checked).toBe(147);
    expect((await counts(...stripes.toReversed())).checked).toBe(147);
    expect(() => openBackup([source(stripes[0]!)])).toThrow(/stripe 2 is missing/);
  });

  it('a differential backup over its full one; alone it says what it needs', async () => {
    const [full, later] = ['RestoreTimeClean', 'RestoreTimeClean2'].map(
      (name) => `${LAB}/RestoreTimeClean/${name}.bak`,
    ) as [string, string];
    expect((await counts(full)).tables).toMatchObject({ 'dbo.steps': 0 });
    expect((await counts(full, later)).tables).toMatchObject({ 'dbo.steps': 30 });
    expect(() => openBackup([source(later)])).toThrow(/no full backup/);
    const several = ['full', 'diff1', 'diff2'].map((name) => `${LAB}/DoubleDiffing/difftest-${name}.bak`);
    await counts(...several);
  });

  it.each([
    ['mssql/UGR95/pubs.bak'],
    [`${LAB}/restoretimeclean2016/RestoreTimeClean.bak`],
    [`${LAB}/backuppassword/passwd.bak`],
    [`${LAB}/sql2008-backups/db2/FULL/SQL2008_db2_FULL_20170518_041738.bak`],
    [`${LAB}/RestoreTimeClean/RestoreTimeClean.bak`, `${LAB}/RestoreTimeClean/RestoreTimeClean2.bak`],
    [1, 2].map((n) => `${LAB}/sql2008-backups/RestoreTimeStripe/Stripe${n}/RestoreTimeStripe${n === 2 ? 1 : ''}.bak`),
  ])('%s: its log file is whole, and holds the last checkpoint', (...paths) => {
    const backup = openBackup(paths.map(source));
    const { boot } = Database.open({ map: backup.files[0]!.map, name: 'b' });
    const [log, ...others] = backup.logs;
    expect(others).toEqual([]);
    const file = backup.set.files.find(({ kind }) => kind === 'log')!;
    expect([log!.fileId, log!.logicalName, log!.map.size]).toEqual([file.fileId, file.logicalName, file.size]);
    // Virtual logs fill a log file without a gap: nothing that the backup says of them is misread.
    const logs = readVirtualLogs(log!.map, 'log');
    expect(logs.reduce((end, { offset, size }) => (offset === end ? end + size : Number.NaN), 8192)).toBe(file.size);
    expect(logs.filter(({ sequence }) => sequence === boot.checkpointLsn.file)).toHaveLength(1);
    expect(readLogState(log!.map, 'log', boot.checkpointLsn)).toMatchObject({
      holdsCheckpoint: true,
      nothingAfterCheckpoint: true,
      activeVirtualLogs: 1,
    });
    const header = readFileHeader(new Page(2, 0, readBytes(log!.map, 0, 8192)), 'log');
    expect(header).toMatchObject({ fileId: 2, size: file.size / 8192, logicalName: file.logicalName });
    const primary = readFileHeader(new Page(1, 0, readBytes(backup.files[0]!.map, 0, 8192)), 'mdf');
    expect(header.bindingId).toBe(primary.bindingId);
  });

  it('backup checksums hold, and a changed byte breaks them', async () => {
    const { map, name } = source(`${LAB}/sql2008-backups/db2/FULL/SQL2008_db2_FULL_20170518_041738.bak`);
    const medium = readBackupMedium(map, name);
    expect(await checkBackupSums(map, medium, () => {})).toMatchObject({ checked: 2, wrong: [] });
    const bytes = new Uint8Array(readFixture(`${name}.gz`));
    bytes[medium.sets[0]!.regions[0]!.pieces[0]!.offset + 70_000]! ^= 4;
    const changed = new FileMap(new MemoryFile(bytes, name));
    expect((await checkBackupSums(changed, readBackupMedium(changed, name), () => {})).wrong).toHaveLength(1);
  });

  it('dates and times of kinds that only these have', () => {
    const backup = openBackup([source(`${LAB}/backuppassword/passwd.bak`)]);
    const rows = [...Database.open({ map: backup.files[0]!.map, name: 'b' }).table('steps').rows()];
    expect(rows.slice(0, 2)).toEqual([
      [0, '2017-12-15 12:46:53.9670000'],
      [1, '2017-12-15 12:46:58.9700000'],
    ]);
  });

  it('what is compressed or encrypted is refused by name', () => {
    const compressed = new Uint8Array(4096);
    compressed.set(Buffer.from('MSSQLBAK'));
    const open = (bytes: Uint8Array) => openBackup([{ map: new FileMap(new MemoryFile(bytes, 'b')), name: 'b' }]);
    expect(() => open(compressed)).toThrow(expect.objectContaining({ code: 'MTF_COMPRESSED', kind: 'unsupported' }));
    const encrypted = new Uint8Array(readFixture(`${LAB}/detachattach/detachattach.bak.gz`));
    const at = Buffer.from(encrypted.buffer).indexOf('MQDA');
    const header = new Uint16Array(encrypted.slice(at, at + 22).buffer);
    header[3]! |= 8; // media attributes: encrypted
    header[10] = header.subarray(0, 10).reduce((sum, word) => sum ^ word, 0);
    encrypted.set(new Uint8Array(header.buffer), at);
    expect(() => open(encrypted)).toThrow(
      expect.objectContaining({
        code: 'MTF_ENCRYPTED',
        kind: 'unsupported',
        hint: expect.stringMatching(/certificate/),
      }),
    );
  });

  it('a flipped byte of a page in a backup is reported, with its page', async () => {
    const random = new Random();
    const path = `${LAB}/detachattach/detachattach.bak`;
    const sound = new Uint8Array(readFixture(`${path}.gz`));
    const [file] = openBackup([source(path)]).files;
    const used = Array.from({ length: file!.map.size / 8192 }, (_, page) => page).filter((page) => {
      const [, type, , , , flags] = readBytes(file!.map, page * 8192, 6);
      return page > 9 && type !== 0 && (flags! & 2) !== 0 && readBytes(file!.map, page * 8192, 4096).some(Boolean);
    });
    const whole = Database.open({ map: file!.map, name: 'b' });
    for (const page of used
      .filter((each) => whole.allocation.isAllocated(1, each))
      .filter(() => random.below(4) === 0)) {
      const bytes = sound.slice();
      const [extent] = resolveExtents(file!.map, page * 8192, 8192);
      if (extent?.kind !== 'data') throw new Error('a page that is nowhere');
      bytes[extent.fileOffset + random.below(8192)]! ^= 1 << random.below(8);
      const [changed] = openBackup([{ map: new FileMap(new MemoryFile(bytes, 'b')), name: 'b' }]).files;
      const told = await checkDatabase(Database.open({ map: changed!.map, name: 'b' })).catch(
        (error: StorageError) => error,
      );
      const pages = told instanceof Error ? [told.at.structure] : told.badPages.map((bad) => bad.page);
      expect([random.seed, page, pages]).toEqual([random.seed, page, expect.arrayContaining([`1:${page}`])]);
    }
  });

  it('damaged media end in typed errors', () => {
    const random = new Random();
    const sound = new Uint8Array(readFixture(`${LAB}/detachattach/detachattach.bak.gz`));
    for (let round = 0; round < 60; round++) {
      const bytes = sound.slice(0, round % 3 === 0 ? random.below(sound.length) : sound.length);
      for (let i = 0; i < 20; i++)
        bytes[random.below(Math.min(bytes.length, random.pick([4096, 16_384, sound.length])))] = random.below(256);
      try {
        const map = new FileMap(new MemoryFile(bytes, 'b'));
        readBackupMedium(map, 'b');
        const { files, logs } = openBackup([{ map, name: 'b' }]);
        const database = Database.open({ map: files[0]!.map, name: 'b' });
        for (const table of database.tables()) for (const _row of table.rows({ onDamage: () => {} }));
        for (const log of logs) {
          expect(log.map.size).toBeLessThanOrEqual(2 ** 41);
          readLogState(log.map, 'log', database.boot.checkpointLsn);
        }
      } catch (error) {
        expect([random.seed, round, StorageError.isDamage(error) || error]).toEqual([random.seed, round, true]);
      }
    }
  });
});
