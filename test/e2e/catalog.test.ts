/**
 * Goal: every replica of the sample pool has its name, by itself, by saved output, by a bundle; commands take names in the
 * place of GUIDs; what is recovered is proved. Method: the built command line on the sample pool, against its truth.
 */

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/open-database.ts';
import { removeFolder, SAMPLE_ZIP, truth, unpackSamplePool } from '../support/sample-pool.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, pitvaultJson } from '../support/tools.ts';

type Entry = {
  name: string;
  replicaId: string;
  state: string;
  notes: string[];
  dataSource: string | null;
  server: string | null;
  protectionGroup: string | null;
  validity: number | null;
  storage: { path: string }[];
};
type Catalog = { source: { database: string }; entries: Entry[] };

const DPMDB = truth.dpmdb.replicaId;
const states = truth.containers.find(({ replicaId }) => replicaId === DPMDB)!.states;
const live = states.find(({ kind }) => kind === 'replica')!;
const MDF = live.files.find(({ path }) => path.endsWith('.mdf'))!.path;
const IN_POINT = `${SAMPLE_ZIP}::${live.path}::${MDF}`;
const known = (
  truth as unknown as {
    catalog: {
      dataSource: string | null;
      server: string;
      protectionGroup: string | null;
      replicaId: string | null;
      validity: number;
      accessPaths: string[];
    }[];
  }
).catalog;

let cache: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
  process.env['XDG_CACHE_HOME'] = cache;
});
afterAll(() => removeFolder(cache));

describe('catalog', () => {
  it('names every replica from the database in the pool, and marks orphans and missing ones', () => {
    const { entries, source } = pitvaultJson<Catalog>('catalog', SAMPLE_ZIP);
    expect(source.database).toBe(IN_POINT);
    const inPool = new Set(truth.containers.map(({ replicaId }) => replicaId));
    for (const each of known.filter(({ replicaId }) => replicaId !== null)) {
      const entry = entries.find(({ replicaId }) => replicaId === each.replicaId)!;
      expect(entry).toMatchObject({
        dataSource: each.dataSource,
        server: each.server,
        protectionGroup: each.protectionGroup,
        validity: each.validity,
      });
      expect(entry.storage.map(({ path }) => path)).toEqual(each.accessPaths);
      expect([entry.name, entry.state]).toEqual([entry.name, inPool.has(entry.replicaId) ? 'here' : 'missing']);
    }
    const orphans = [...inPool].filter((id) => !known.some(({ replicaId }) => replicaId === id));
    expect(
      entries
        .filter(({ state }) => state === 'orphan')
        .map(({ replicaId }) => replicaId)
        .sort(),
    ).toEqual(orphans.sort());
    const notes = Object.fromEntries(entries.map(({ name, notes }) => [name, notes.join('; ')]));
    expect(notes['FS02\\E:\\']).toMatch(/on 2 volumes.*its live replica is not here/);
    expect(notes['FS03\\D:\\']).toMatch(/marked inconsistent/);
    expect(notes['EXCH01\\Mailbox Database 1']).toMatch(/ReallocateReplica/);
    expect(notes[orphans.find((id) => id.startsWith('f3a8'))!]).toMatch(/another DPM server/);
  });

  it('prints it for people; a second run takes it from the cache', () => {
    const [first, second] = [pitvault('catalog', SAMPLE_ZIP), pitvault('catalog', SAMPLE_ZIP)];
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/SQL01\\PAYROLL +b7d1f0c4[\s\S]*missing:[\s\S]*EXCH01[\s\S]*orphans:[\s\S]*e60b2d87/);
    expect(second.out).toBe(first.out);
  });

  it('reads the output of the script, and an evidence bundle whose seal holds', () => {
    const folder = tempFolder();
    for (const format of ['csv', 'jsonl', 'table']) {
      const script = pitvault('sql-script', 'locate', '--version', '2019').out;
      const saved = join(folder, `locate.${format === 'table' ? 'txt' : format}`);
      writeFileSync(saved, pitvault('sql', IN_POINT, script, '--format', format).out);
      const { entries } = pitvaultJson<Catalog>('catalog', SAMPLE_ZIP, '--dpmdb', saved);
      expect(entries.find(({ name }) => name === 'SQL01\\PAYROLL')).toMatchObject({ state: 'here', validity: 2 });
    }
    const bundle = join(folder, 'evidence.json');
    expect(pitvault('evidence', SAMPLE_ZIP, '--out', bundle).out).toMatch(/3 tapes, DPM 2016 UR7/);
    const again = pitvaultJson<Catalog>('catalog', SAMPLE_ZIP, '--dpmdb', bundle);
    expect(again.entries).toEqual(pitvaultJson<Catalog>('catalog', SAMPLE_ZIP).entries);
    expect(pitvault('evidence', SAMPLE_ZIP, '--out', bundle).code).toBe(6);
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('PAYROLL', 'PAYROLE'));
    expect(pitvault('catalog', SAMPLE_ZIP, '--dpmdb', bundle).err).toMatch(/seal of .* does not hold/);
  });
});

describe('names in the place of GUIDs', () => {
  it('recover takes a data source by name, and proves its database', () => {
    const out = join(tempFolder(), 'out');
    const { code, out: text } = pitvault('recover', SAMPLE_ZIP, '--out', out, '--datasource', 'sql01/payroll');
    expect(code).toBe(0);
    expect(text).toMatch(/payroll\.mdf[\s\S]*database PAYROLL: crash-consistent, needs the log/);
    const report = JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8'));
    const database = report.files.find((file: { path: string }) => file.path.endsWith('.mdf')).database;
    expect(database).toMatchObject({
      verdict: 'crash-consistent, needs the log',
      pages: { bad: 0 },
      log: { holdsCheckpoint: true, nothingAfterCheckpoint: false },
    });
  });

  it('ls, versions and scan do too', () => {
    expect(pitvault('ls', SAMPLE_ZIP, '--replica', 'FS01\\D:').out).toMatch(/454d81a0/);
    expect(pitvault('versions', SAMPLE_ZIP, MDF, '--replica', 'DPM01\\DPMDB').out.trim().split('\n')).toHaveLength(4);
    expect(pitvault('scan', SAMPLE_ZIP, '--names').out).toMatch(
      /b7d1f0c4-1e2a-4f93-8c6d-5a90e3b7142f {2}SQL01\\PAYROLL/,
    );
  });

  it('says which names there are, and where a missing replica was', () => {
    const out = join(tempFolder(), 'out');
    expect(pitvault('recover', SAMPLE_ZIP, '--out', out, '--datasource', 'SQL01\\NOTHING').err).toMatch(
      /knows: DPM01\\DPMDB/,
    );
    expect(pitvault('recover', SAMPLE_ZIP, '--out', out, '--datasource', 'Mailbox Database 1').err).toMatch(/on F:\\/);
    expect(pitvault('recover', SAMPLE_ZIP, '--out', out, '--datasource', 'D:').err).toMatch(
      /2 data sources are called D:/,
    );
    expect(pitvault('ls', SAMPLE_ZIP).err).toMatch(/say which replica/);
  });
});

describe('the database in the point in the zip', () => {
  it('tables, dump, version, tapes', () => {
    expect(pitvaultJson<{ tables: { name: string; rows: number }[] }>('tables', IN_POINT).tables).toContainEqual(
      expect.objectContaining({ name: 'tbl_IM_DataSource', rows: known.length }),
    );
    const lines = pitvault('dump', IN_POINT, 'tbl_STM_Volume', '--columns', 'AccessPath,Server').out.trim().split('\n');
    expect(lines).toEqual(['AccessPath,Server', 'E:\\DPM\\Volume1\\,dpm01.contoso.com', 'F:\\,dpm01.contoso.com']);
    expect(pitvault('dpm-version', IN_POINT, '--target', '5.0.409').out).toMatch(/2016 UR7 .*the same as the target/);
    expect(pitvault('dpm-version', IN_POINT, '--target', '5.0.622.0').code).toBe(6);
    expect(pitvault('tapes', IN_POINT).out).toMatch(/A00002L6[\s\S]*A00001L6[\s\S]*\(no barcode\).*expired/);
    expect(pitvault('check', IN_POINT).out).toMatch(
      /crash-consistent, needs the log[\s\S]*holds the last checkpoint, and after it work/,
    );
  });

  it("the article's script for access paths, with the name of the server", () => {
    const script =
      "Use DPMDB\nselect sv.AccessPath,sv.Server +'\\' as Folder, lr.PhysicalReplicaId as \"Replica\" ,'\\' as \"\\\",lr.PhysicalReplicaId as \"Relica-SubFolder\"\nfrom tbl_IM_DataSource as ds\njoin tbl_PRM_LogicalReplica as lr\non ds.DataSourceId=lr.DataSourceId\njoin tbl_AM_Server as ag\non ds.ServerId=ag.ServerId\njoin tbl_PRM_ReplicaVolume as rp\non lr.PhysicalReplicaId=rp.ReplicaId\njoin tbl_STM_Volume as sv\non rp.StorageId = sv.StorageId\nwhere ds.datasourcename like '%dpmdb%'\nand servername like '%dpmsqlservername%' --netbios name";
    const { out, code } = pitvault('sql', IN_POINT, script, '--server', 'dpm01', '--format', 'csv');
    expect([code, out]).toEqual([
      0,
      `AccessPath,Folder,Replica,\\,Relica-SubFolder\nE:\\DPM\\Volume1\\,dpm01.contoso.com\\,${DPMDB},\\,${DPMDB}\n`,
    ]);
  });
});

describe('one database in four places', () => {
  let places: string[];
  let folder: string;
  let pool: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
    pool = await unpackSamplePool();
    const backup = join(folder, 'dpmdb.bak');
    writeFileSync(backup, gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/dpmdb.bak.gz'))));
    const [extracted] = pitvaultJson<{ files: { path: string }[] }>('extract', backup, '--out', folder).files;
    places = [IN_POINT, `${join(pool, live.path)}::${MDF}`, backup, extracted!.path];
  });
  afterAll(() => [folder, pool].forEach(removeFolder));

  it('every table has the same rows, in either layout, from the backup too', async () => {
    const read = async (place: string) => {
      await using handle = await openDatabase(place);
      return handle.database.tables().map((table) => [table.fullName, [...table.rows()]]);
    };
    const [point, , backup] = await Promise.all(places.map(read));
    expect(point!.length).toBe(15);
    expect(backup).toEqual(point);
  });

  it.each(['2016', '2019', '2022', '2025'])('every printed script for DPM %s runs', (version) => {
    for (const name of ['locate', 'version', 'tapes'])
      expect([name, pitvault('sql', places[3]!, pitvault('sql-script', name, '--version', version).out).code]).toEqual([
        name,
        0,
      ]);
  });

  it.each([
    [
      'Select distinct MajorVersionNumber,MinorVersionNumber ,BuildNumber, FileName FROM dbo.tbl_AM_AgentPatch order by MajorVersionNumber,MinorVersionNumber,BuildNumber',
      /^5,0,158,DPMRA.exe$/m,
    ],
    [
      "select AG.NetbiosName, DS.DatasourceName, V.AccessPath, LR.PhysicalReplicaId from tbl_IM_DataSource DS\njoin tbl_PRM_LogicalReplica as LR\non DS.DataSourceId = LR.DataSourceId\njoin tbl_AM_Server as AG\non DS.ServerId=AG.ServerId\njoin tbl_PRM_ReplicaVolume RV\non RV.ReplicaId = LR.PhysicalReplicaId\njoin tbl_STM_Volume V\non RV.StorageId = V.StorageId\nwhere datasourcename like N'%dpmdb%' and ds.ProtectedGroupId isn't null\nand LR.Validity in (1,2)\nand AG.ServerName like N'%<dpmsqlservername>%' -- placeholder",
      /^DPM01,DPMDB,E:\\DPM\\Volume1\\,3e1c0a52/m,
    ],
    [
      'Select Path,ro.FileSpec,media.Label,media.BarcodeValue,pd.CreationDate,\npd.ExpiryDate,pd.LifeStatus as "1=valid, 2=expired"\nfrom dbo.tbl_MM_MediaMap mm\njoin dbo.tbl_MM_PhysicalDataset pd on pd.datasetid = mm.datasetid\njoin dbo.tbl_MM_Media media on media.MediaId = mm.MediaId\njoin dbo.tbl_RM_RecoverableObjectFileSpec ro on ro.DatasetId = mm.DatasetId\nwhere ro.filespec like \'%DPMDB%\'\norder by CreationDate desc',
      /A00002L6[\s\S]*A00001L6[\s\S]*DPM tape 0000/,
    ],
  ])('the article: %.40s…', (script, expected) => {
    const outputs = places.map((place) => pitvault('sql', place, script, '--server', 'dpm01', '--format', 'csv').out);
    expect(outputs[0]).toMatch(expected);
    for (const output of outputs) expect(output).toBe(outputs[0]);
  });

  it('a damaged database is recovered all the same, and told of loudly', () => {
    const payroll = truth.containers
      .find(({ replicaId }) => replicaId.startsWith('b7d1f0c4'))!
      .states.find(({ kind }) => kind === 'replica')!;
    const disk = join(pool, payroll.path);
    const out = join(folder, 'damaged');
    pitvault('recover', pool, '--out', join(folder, 'whole'), '--datasource', 'PAYROLL');
    const inner = payroll.files.find(({ path }) => path.endsWith('.mdf'))!.path;
    const page = readFileSync(join(folder, 'whole', inner)).subarray(40 * 8192, 40 * 8192 + 4096);
    const bytes = readFileSync(disk);
    bytes[bytes.indexOf(page) + 2000]! ^= 0x20;
    writeFileSync(disk, bytes);
    const { code, out: text, err } = pitvault('recover', pool, '--out', out, '--datasource', 'PAYROLL');
    expect([code, text]).toEqual([8, expect.stringMatching(/database PAYROLL: damaged: page 1:40/)]);
    expect(err).toMatch(/warning: database PAYROLL .* is damaged: page 1:40/);
    expect(pitvault('check', join(out, inner)).out).toMatch(/bad page 1:40 at 327680: checksum, of dbo\.Payments/);
    expect(pitvault('dump', join(out, inner), 'Payments').err).toMatch(/lost: page 1:40/);
  });

  it('a database whose newest state is damaged is taken from the newest point that is whole', () => {
    const disk = join(pool, live.path);
    const sound = readFileSync(disk);
    const order = states.filter(({ kind }) => kind !== 'replica');
    try {
      const bytes = Buffer.from(sound);
      bytes.fill(0x55, 0, 1024 * 1024); // no header, no BAT: it cannot be opened
      writeFileSync(disk, bytes);
      const { source, entries } = pitvaultJson<Catalog & { source: { pointId: string } }>('catalog', pool);
      expect(order.map(({ id }) => id)).toContain(source.pointId);
      expect(entries.find(({ name }) => name === 'SQL01\\PAYROLL')).toMatchObject({ state: 'here' });
    } finally {
      writeFileSync(disk, sound);
    }
  });

  it('a backup names the pool as well', () => {
    const { entries } = pitvaultJson<Catalog>('catalog', SAMPLE_ZIP, '--dpmdb', places[2]!);
    expect(entries).toEqual(pitvaultJson<Catalog>('catalog', SAMPLE_ZIP).entries);
  });
});
