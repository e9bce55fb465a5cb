/**
 * Goal: the scripts of the article run as they stand, typos included, and give what SQL Server would. Method: small tables
 * whose expected rows were computed with another SQL engine; each point of the semantics has a row that shows it.
 */

import { describe, expect, it } from 'vitest';
import type { SqlRow, SqlValue } from '../../../src/mdf/value.ts';
import type { SqlTables } from '../../../src/sql/scope.ts';
import { runScript, type ScriptOptions } from '../../../src/sql/script.ts';
import { MemoryTable, tablesOf } from '../../support/memory-table.ts';

const TABLES = [
  new MemoryTable('tbl_AM_Server', 'ServerId ServerName NetbiosName', [
    ['S1', 'dpm1.contoso.local', 'DPM1'],
    ['S2', 'sql9.contoso.local', 'SQL9'],
    ['S3', null, 'GHOST'],
  ]),
  new MemoryTable('tbl_IM_DataSource', 'DataSourceId DataSourceName ServerId ProtectedGroupId', [
    ['D1', 'DPMDB', 'S1', 'G1'],
    ['D2', 'dpmdb_OLD', 'S1', null],
    ['D3', 'Northwind', 'S2', 'G1'],
    ['D4', 'C:\\', 'S1', 'G1'],
    ['D5', 'DPMDB', 'S3', 'G1'],
    ['D6', null, 'S1', 'G1'],
  ]),
  new MemoryTable('tbl_PRM_LogicalReplica', 'DataSourceId PhysicalReplicaId Validity:int', [
    ['D1', 'R1', 2],
    ['D1', 'R2', 6],
    ['D2', 'R3', 1],
    ['D3', 'R4', 2],
    ['D4', 'R5', 2],
    ['D5', 'R6', 2],
    ['D6', 'R7', 2],
  ]),
  new MemoryTable('tbl_PRM_ReplicaVolume', 'ReplicaId StorageId', [
    ['R1', 'V1'],
    ['R2', 'V1'],
    ['R3', 'V2'],
    ['R4', 'V1'],
    ['R5', 'V9'],
    ['R6', 'V1'],
    ['R1', 'V2'],
  ]),
  new MemoryTable('tbl_STM_Volume', 'StorageId AccessPath Server', [
    ['V1', 'E:\\', 'dpm1.contoso.local'],
    ['V2', 'F:\\pool\\', null],
  ]),
  new MemoryTable('tbl_SPM_Volume', 'VolumeSetID Usage:smallint MountPointPath GuidName', [
    ['R1', 1, 'C:\\P\\vol_1\\', 'G-1'],
    ['R1', 2, 'C:\\P\\diff_1\\', 'G-2'],
    ['R3', 1, 'C:\\P\\vol_3\\', 'G-3'],
    ['R5', 1, 'C:\\P\\vol_5\\', 'G-5'],
  ]),
  new MemoryTable('tbl_AM_AgentPatch', 'MajorVersionNumber:int MinorVersionNumber:int BuildNumber:int FileName', [
    [4, 2, 1292, 'a.msp'],
    [4, 2, 1205, 'b.msp'],
    [4, 2, 1292, 'a.msp'],
    [4, 1, 417, null],
    [4, 1, 417, null],
  ]),
  new MemoryTable('tbl_MM_MediaMap', 'MediaId DatasetId', [
    ['M1', 'T1'],
    ['M2', 'T1'],
    ['M1', 'T2'],
  ]),
  new MemoryTable('tbl_MM_PhysicalDataset', 'DatasetId CreationDate:datetime ExpiryDate:datetime LifeStatus:int', [
    ['T1', '2024-01-02 00:00:00.000', '2025-01-02 00:00:00.000', 1],
    ['T2', '2024-03-04 00:00:00.000', null, 2],
  ]),
  new MemoryTable('tbl_MM_Media', 'MediaId Label BarcodeValue', [
    ['M1', 'Tape 1', 'BC0001'],
    ['M2', 'Tape 2', null],
  ]),
  new MemoryTable('tbl_RM_RecoverableObjectFileSpec', 'DatasetId Path FileSpec', [
    ['T1', 'DPM1\\SQL', 'DPMDB'],
    ['T2', 'DPM1\\SQL', 'dpmdb.mdf'],
    ['T2', 'DPM1\\C', 'x.txt'],
  ]),
  new MemoryTable('numbers', 'n:int price:decimal(9,2) when:datetime', [
    [9, '9.00', '2024-01-02 00:00:00.000'],
    [10, '10.00', '2024-01-02 10:00:00.000'],
    [null, null, null],
  ]),
];

const DATABASE: SqlTables = tablesOf('DPMDB', TABLES);

async function query(script: string, options?: ScriptOptions) {
  const { notes, results } = await runScript(script, DATABASE, options);
  return { notes, columns: results[0]!.columns, rows: [...results[0]!.rows] };
}

const rows = async (script: string): Promise<SqlRow[]> => (await query(script)).rows;
const column = async (script: string): Promise<SqlValue[]> => (await rows(script)).map((row) => row[0]!);
const byText = (list: readonly SqlRow[]) => list.map((row) => JSON.stringify(row)).sort();

const A =
  '**Select distinct MajorVersionNumber,MinorVersionNumber ,BuildNumber, FileName FROM dbo.tbl\\_AM\\_AgentPatch order by MajorVersionNumber,MinorVersionNumber,BuildNumber**';
const B = `    Select ag.NetbiosName as ServerName,ds.DataSourceName,vol.MountPointPath
    from tbl_IM_DataSource as ds
    join tbl_PRM_LogicalReplica as lr on ds.DataSourceId=lr.DataSourceId
    join tbl_AM_Server as ag on ds.ServerId=ag.ServerId
    join tbl_SPM_Volume as vol on lr.PhysicalReplicaId=vol.VolumeSetID
    and vol.Usage =1
    and lr.Validity in (1,2)
    where ds.datasourcename like '%dpmdb%'
    and servername like '%dpmsqlservername%' --netbios name of server hosting DPMDB
`;
const C = `Use DPMDB  -- change to match the DPMDB name if different
select sv.AccessPath,sv.Server +'\\' as Folder, lr.PhysicalReplicaId as "Replica" ,'\\' as "\\",lr.PhysicalReplicaId as "Relica-SubFolder"
from tbl_IM_DataSource as ds
join tbl_PRM_LogicalReplica as lr
on ds.DataSourceId=lr.DataSourceId
join tbl_AM_Server as ag
on ds.ServerId=ag.ServerId
join tbl_PRM_ReplicaVolume as rp
on lr.PhysicalReplicaId=rp.ReplicaId
join tbl_STM_Volume as sv
on rp.StorageId = sv.StorageId
where ds.datasourcename like '%dpmdb%'
and servername like '%dpmsqlservername%' --netbios name of server hosting DPMDB
`;
const D = `select AG.NetbiosName, DS.DatasourceName, V.AccessPath, LR.PhysicalReplicaId from tbl_IM_DataSource DS
join tbl_PRM_LogicalReplica as LR
on DS.DataSourceId = LR.DataSourceId
join tbl_AM_Server as AG
on DS.ServerId=AG.ServerId
join tbl_PRM_ReplicaVolume RV
on RV.ReplicaId = LR.PhysicalReplicaId
join tbl_STM_Volume V
on RV.StorageId = V.StorageId
where datasourcename like N'%dpmdb%' and ds.ProtectedGroupId isn't null
and LR.Validity in (1,2)
and AG.ServerName like N'%<dpmsqlservername>%' -- <dpmsqlservername> is a placeholder, put netbios name of server hosting DPMDB
`;
const E = `    Select ag.NetbiosName as
    ServerName,ds.DataSourceName,vol.MountPointPath,vol.GuidName
    from tbl_IM_DataSource as ds
    join tbl_PRM_LogicalReplica as lr on ds.DataSourceId=lr.DataSourceId
    join tbl_AM_Server as ag on ds.ServerId=ag.ServerId
    join tbl_SPM_Volume as vol on lr.PhysicalReplicaId=vol.VolumeSetID
    and vol.Usage =1
    and lr.Validity in (1,2)
    where ds.datasourcename like '%C:\\%' -- volume drive letter for DPMBACKUP
    and servername like '%dpmsqlservername%' --netbios name of server hosting DPMDB
`;
const F = `Select Path,ro.FileSpec,media.Label,media.BarcodeValue,pd.CreationDate,
pd.ExpiryDate,pd.LifeStatus as "1=valid, 2=expired"
from dbo.tbl_MM_MediaMap mm
join dbo.tbl_MM_PhysicalDataset pd on pd.datasetid = mm.datasetid
join dbo.tbl_MM_Media media on media.MediaId = mm.MediaId
join dbo.tbl_RM_RecoverableObjectFileSpec ro on ro.DatasetId = mm.DatasetId
where ro.filespec like '%DPMDB%'
order by CreationDate desc
`;

describe('the article, verbatim', () => {
  it('A: installed update rollups, through markdown', async () => {
    const { rows, notes } = await query(A);
    expect(rows).toEqual([
      [4, 1, 417, null],
      [4, 2, 1205, 'b.msp'],
      [4, 2, 1292, 'a.msp'],
    ]);
    expect(notes).toEqual(['markdown bold was removed', 'markdown escapes were removed']);
  });

  it('B: mount points (2016)', async () => {
    const { rows, columns } = await query(B, { server: 'DPM1' });
    expect(columns).toEqual(['ServerName', 'DataSourceName', 'MountPointPath']);
    expect(byText(rows)).toEqual(
      byText([
        ['DPM1', 'DPMDB', 'C:\\P\\vol_1\\'],
        ['DPM1', 'dpmdb_OLD', 'C:\\P\\vol_3\\'],
      ]),
    );
  });

  it('C: access paths (2019 and later)', async () => {
    const { rows, columns } = await query(C, { server: 'dpm1' });
    expect(columns).toEqual(['AccessPath', 'Folder', 'Replica', '\\', 'Relica-SubFolder']);
    expect(byText(rows)).toEqual(
      byText([
        ['E:\\', 'dpm1.contoso.local\\', 'R1', '\\', 'R1'],
        ['F:\\pool\\', null, 'R1', '\\', 'R1'],
        ['E:\\', 'dpm1.contoso.local\\', 'R2', '\\', 'R2'],
        ['F:\\pool\\', null, 'R3', '\\', 'R3'],
      ]),
    );
  });

  it("D: with isn't null", async () => {
    const { rows, notes } = await query(D, { server: 'DPM1' });
    expect(byText(rows)).toEqual(
      byText([
        ['DPM1', 'DPMDB', 'E:\\', 'R1'],
        ['DPM1', 'DPMDB', 'F:\\pool\\', 'R1'],
      ]),
    );
    expect(notes).toEqual([`"isn't null" was read as "is not null"`]);
  });

  it('E: the volume of the share', async () => {
    expect((await query(E, { server: 'DPM1' })).rows).toEqual([['DPM1', 'C:\\', 'C:\\P\\vol_5\\', 'G-5']]);
  });

  it('F: tapes', async () => {
    const { rows, columns } = await query(F);
    expect(columns.at(-1)).toBe('1=valid, 2=expired');
    expect(rows[0]).toEqual(['DPM1\\SQL', 'dpmdb.mdf', 'Tape 1', 'BC0001', '2024-03-04 00:00:00.000', null, 2]);
    expect(byText(rows.slice(1))).toEqual(
      byText(
        ['Tape 1', 'Tape 2'].map((label) => [
          'DPM1\\SQL',
          'DPMDB',
          label,
          label === 'Tape 1' ? 'BC0001' : null,
          '2024-01-02 00:00:00.000',
          '2025-01-02 00:00:00.000',
          1,
        ]),
      ),
    );
  });

  it('without a server name the placeholder stands for any, and says so', async () => {
    const { rows, notes } = await query(B);
    expect(rows).toHaveLength(2);
    expect(notes.join()).toMatch(/stands for any/);
  });
});

describe('semantics', () => {
  it('three-valued logic', async () => {
    expect(await column("select ServerId from tbl_AM_Server where ServerName like '%'")).toEqual(['S1', 'S2']);
    expect(await column("select ServerId from tbl_AM_Server where not (ServerName = 'x')")).toEqual(['S1', 'S2']);
    expect(await column("select ServerId from tbl_AM_Server where ServerName = null or ServerId = 'S3'")).toEqual([
      'S3',
    ]);
    expect(await column("select ServerId from tbl_AM_Server where ServerName not in ('sql9.contoso.local')")).toEqual([
      'S1',
    ]);
    expect(await column("select ServerId from tbl_AM_Server where ServerName in ('x', null)")).toEqual([]);
    expect(await column('select n from numbers where n is null and (n > 1 or 1 = 1)')).toEqual([null]);
  });

  it('numbers, decimals and times compare as such', async () => {
    expect(await column('select n from numbers where price > 9.5')).toEqual([10]);
    expect(await column("select n from numbers where price = '9'")).toEqual([9]);
    expect(await column('select price from numbers order by price desc')).toEqual(['10.00', '9.00', null]);
    expect(await column('select price from numbers order by 1')).toEqual([null, '9.00', '10.00']);
    expect(await column("select n from numbers where [when] = '2024-01-02'")).toEqual([9]);
    expect(await column("select n from numbers where [when] between '2024-01-02' and '2024-01-02T10:00:00'")).toEqual([
      9, 10,
    ]);
    expect(await column('select n + 1 from numbers where n < 10')).toEqual([10]);
  });

  it('like: sets, wildcards, backslashes, case', async () => {
    const names = (pattern: string) =>
      column(`select DataSourceName from tbl_IM_DataSource where DataSourceName like '${pattern}'`);
    expect(await names('dpmdb')).toEqual(['DPMDB', 'DPMDB']);
    expect(await names('%[_]old')).toEqual(['dpmdb_OLD']);
    expect(await names('[a-c]:\\')).toEqual(['C:\\']);
    expect(await names('[^d]%')).toEqual(['Northwind', 'C:\\']);
    expect(await names('_:%')).toEqual(['C:\\']);
    expect(await names('.*')).toEqual([]);
  });

  it('joins: left ones keep, NULL joins nothing, doubles stay', async () => {
    expect(
      await rows(
        "select s.ServerId, d.DataSourceId from tbl_AM_Server s left join tbl_IM_DataSource d on d.ServerId = s.ServerId and d.DataSourceName = N'Northwind' order by s.ServerId",
      ),
    ).toEqual([
      ['S1', null],
      ['S2', 'D3'],
      ['S3', null],
    ]);
    expect(
      await rows('select a.ServerId from tbl_AM_Server a join tbl_AM_Server b on a.ServerName = b.ServerName'),
    ).toHaveLength(2);
    expect(
      await rows('select * from tbl_PRM_ReplicaVolume r, tbl_STM_Volume v where r.StorageId = v.StorageId'),
    ).toHaveLength(6);
    expect(await rows('select v.*, 1 as one from tbl_STM_Volume v')).toEqual([
      ['V1', 'E:\\', 'dpm1.contoso.local', 1],
      ['V2', 'F:\\pool\\', null, 1],
    ]);
    expect(await column('select top 2 n from numbers')).toEqual([9, 10]);
  });

  it('reserved words are names, comments nest, statements end at GO', async () => {
    const { results } = await runScript(
      "select [Path], Label as 'The Label' from tbl_RM_RecoverableObjectFileSpec o join tbl_MM_Media m on m.MediaId = 'M1' /* a /* b */ c */ where o.FileSpec = 'x.txt'\r\nGO\r\nselect \"n\" from numbers;",
      DATABASE,
    );
    expect(results.map(({ columns, rows }) => [columns, [...rows]])).toEqual([
      [['Path', 'The Label'], [['DPM1\\C', 'Tape 1']]],
      [['n'], [[9], [10], [null]]],
    ]);
  });

  it.each([
    ['delete from numbers', /only select/],
    ['select count(n) from numbers', /function count\(\)/],
    ['select top 1.5 n from numbers', /top is understood with a whole number only/],
    ['select top -1 n from numbers', /top is understood with a whole number only/],
    ['select top 2.0 n from numbers', /top is understood with a whole number only/],
    ['select n from numbers group by n', /group by is not understood/],
    ['select n from numbers where n in (select n from numbers)', /not understood/],
    ['select n from numbers union select n from numbers', /union is not understood/],
    ['select n from nothing', /no table nothing/],
    ['select nothing from numbers', /no column nothing/],
    ['select x.n from numbers', /no table of the query is called x/],
    ['select StorageId from tbl_PRM_ReplicaVolume join tbl_STM_Volume on 1 = 1', /in several tables/],
    ['select n from other.dbo.numbers', /not other/],
    ['select n from numbers where', /not understood \(line 1/],
    ["select 'x from numbers", /has no end/],
    ['', /no statement/],
  ])('%s', async (script, message) => {
    await expect(query(script)).rejects.toThrow(message);
  });
});

it('the first of very many sorted rows are those of all sorted rows, equal ones as they were found', async () => {
  const rows = Array.from({ length: 25_000 }, (_, i): SqlRow => [i, (i * 7919) % 1009]);
  const tables: SqlTables = {
    name: 'many',
    names: () => ['dbo.many'],
    find: () => new MemoryTable('many', 'n:int m:int', rows),
  };
  const run = async (script: string): Promise<SqlRow[]> => [...(await runScript(script, tables)).results[0]!.rows];
  for (const by of ['m', 'm desc', 'n desc', 'm desc, n']) {
    const all = await run(`select n, m from many order by ${by}`);
    expect(all).toHaveLength(25_000);
    for (const top of [1, 40, 9_000, 24_999]) {
      expect(await run(`select top ${top} n, m from many order by ${by}`)).toEqual(all.slice(0, top));
    }
  }
  expect(await run('select distinct top 3 m from many order by m')).toEqual([[0], [1], [2]]);
});

it.each([
  ['sorting', 'select n from many order by m', /the result has more rows than/],
  ['distinct', 'select distinct n from many', /the result has more rows than/],
  ['a join', 'select a.n from many a join many b on a.n = b.n', /many has more rows than/],
])('%s holds no more than it may, and what has no need to hold rows holds none', async (_what, script, message) => {
  const rows = Array.from({ length: 25_000 }, (_, i): SqlRow => [i, (i * 7919) % 1009]);
  const tables: SqlTables = {
    name: 'many',
    names: () => ['dbo.many'],
    find: () => new MemoryTable('many', 'n:int m:int', rows),
  };
  const run = async (memory: number, text = script): Promise<number> =>
    [...(await runScript(text, tables, { memory })).results[0]!.rows].length;
  await expect(run(1_000_000)).rejects.toThrow(message);
  expect(await run(20_000_000)).toBe(25_000);
  expect(await run(3_000_000, 'select top 3 n from many order by m desc')).toBe(3);
  expect(await run(1000, 'select n from many where m < 5')).toBeGreaterThan(0);
});
