/**
 * The base tables of the catalog, by fixed places of their columns: they have been the same from SQL Server 2005 to 2022.
 * Places are offsets in the record, or `variable(n)`.
 */

import { viewOf } from '../base/bytes.ts';
import { type ColumnType, XType } from './column-type.ts';
import { getPageAddress, type PageAddress } from './page.ts';
import type { PhysicalColumn } from './record.ts';
import type { SqlRow, SqlValue } from './value.ts';

type Place = readonly [name: string, xtype: number, offset: number, length?: number];

const { tinyint, smallint, int, bigint, nvarchar, binary, char, sql_variant, varbinary } = XType;
const variable = (ordinal: number): number => -1 - ordinal;
const ADDRESS = 6;

function columns(places: readonly Place[]): PhysicalColumn[] {
  return places.map(([name, xtype, offset, length = 0], index) => {
    const type: ColumnType = { xtype, length, precision: 0, scale: 0, collation: 0x3400_d008 };
    return {
      columnId: index + 1,
      name,
      type,
      offset: offset < 0 ? null : offset,
      ordinal: offset < 0 ? -1 - offset : 0,
      nullBit: 0,
      bit: 0,
      sparse: false,
      nullable: false,
      initial: null,
    };
  });
}

export type SystemTable<Row> = {
  readonly name: string;
  readonly objectId: number;
  readonly columns: readonly PhysicalColumn[];
  readonly toRow: (values: SqlRow) => Row;
};

/** Ids of rowsets and allocation units: numbers where they fit, so that they compare. */
export type CatalogId = number | bigint;

const number = (value: SqlValue | undefined): number => (typeof value === 'number' ? value : 0);
const id = (value: SqlValue | undefined): CatalogId =>
  typeof value === 'bigint' || typeof value === 'number' ? value : 0;
const text = (value: SqlValue | undefined): string => (typeof value === 'string' ? value : '');

function address(value: SqlValue | undefined): PageAddress {
  return value instanceof Uint8Array && value.length === ADDRESS
    ? getPageAddress(viewOf(value), 0)
    : { file: 0, page: 0 };
}

export type AllocationUnit = {
  readonly id: CatalogId;
  /** 1 rows, 2 LOB, 3 row overflow. */
  readonly type: number;
  readonly owner: CatalogId;
  readonly firstPage: PageAddress;
  readonly root: PageAddress;
  readonly firstIam: PageAddress;
};

export const SYS_ALLOC_UNITS: SystemTable<AllocationUnit> = {
  name: 'sysallocunits',
  objectId: 7,
  columns: columns([
    ['auid', bigint, 4],
    ['type', tinyint, 12],
    ['ownerid', bigint, 13],
    ['pgfirst', binary, 27, ADDRESS],
    ['pgroot', binary, 33, ADDRESS],
    ['pgfirstiam', binary, 39, ADDRESS],
  ]),
  toRow: (v) => ({
    id: id(v[0]),
    type: number(v[1]),
    owner: id(v[2]),
    firstPage: address(v[3]),
    root: address(v[4]),
    firstIam: address(v[5]),
  }),
};

export type Rowset = {
  readonly id: CatalogId;
  readonly objectId: number;
  /** 0 heap, 1 clustered index, above: nonclustered. */
  readonly indexId: number;
  readonly partition: number;
  readonly status: number;
  /** Rows, as the catalog counts them. */
  readonly rowCount: number;
  /** 0 none, 1 row, 2 page, 3 and 4 columnstore. */
  readonly compression: number;
};

export const SYS_ROWSETS: SystemTable<Rowset> = {
  name: 'sysrowsets',
  objectId: 5,
  columns: columns([
    ['rowsetid', bigint, 4],
    ['idmajor', int, 13],
    ['idminor', int, 17],
    ['numpart', int, 21],
    ['status', int, 25],
    ['rcrows', bigint, 31],
    ['cmprlevel', tinyint, 39],
  ]),
  toRow: (v) => ({
    id: id(v[0]),
    objectId: number(v[1]),
    indexId: number(v[2]),
    partition: number(v[3]),
    status: number(v[4]),
    rowCount: Number(id(v[5])),
    compression: number(v[6]),
  }),
};

export type RowsetColumn = {
  readonly rowsetId: CatalogId;
  readonly columnId: number;
  readonly hobtColumnId: number;
  readonly typeInfo: number;
  readonly collation: number;
  readonly status: number;
  /** Low half: leaf offset, signed. */
  readonly offsets: number;
  /** Low half: leaf null bit. */
  readonly nullBits: number;
  readonly bit: number;
};

export const SYS_RSCOLS: SystemTable<RowsetColumn> = {
  name: 'sysrscols',
  objectId: 3,
  columns: columns([
    ['rsid', bigint, 4],
    ['rscolid', int, 12],
    ['hbcolid', int, 16],
    ['ti', int, 28],
    ['cid', int, 32],
    ['status', int, 40],
    ['offset', int, 44],
    ['nullbit', int, 48],
    ['bitpos', smallint, 52],
  ]),
  toRow: (v) => ({
    rowsetId: id(v[0]),
    columnId: number(v[1]),
    hobtColumnId: number(v[2]),
    typeInfo: number(v[3]),
    collation: number(v[4]),
    status: number(v[5]),
    offsets: number(v[6]),
    nullBits: number(v[7]),
    bit: number(v[8]) & 0xff,
  }),
};

export type SchemaObject = {
  readonly id: number;
  readonly schemaId: number;
  readonly status: number;
  /** `U ` user table, `S ` system table. */
  readonly type: string;
  readonly name: string;
};

export const SYS_SCHOBJS: SystemTable<SchemaObject> = {
  name: 'sysschobjs',
  objectId: 34,
  columns: columns([
    ['id', int, 4],
    ['nsid', int, 8],
    ['status', int, 13],
    ['type', char, 17, 2],
    ['name', nvarchar, variable(0)],
  ]),
  toRow: (v) => ({
    id: number(v[0]),
    schemaId: number(v[1]),
    status: number(v[2]),
    type: text(v[3]),
    name: text(v[4]),
  }),
};

export type CatalogColumn = {
  readonly objectId: number;
  /** 0 for columns of tables; procedures number their parameters. */
  readonly number: number;
  readonly columnId: number;
  readonly status: number;
  readonly name: string;
};

export const SYS_COLPARS: SystemTable<CatalogColumn> = {
  name: 'syscolpars',
  objectId: 41,
  columns: columns([
    ['id', int, 4],
    ['number', smallint, 8],
    ['colid', int, 10],
    ['status', int, 27],
    ['name', nvarchar, variable(0)],
  ]),
  toRow: (v) => ({
    objectId: number(v[0]),
    number: number(v[1]),
    columnId: number(v[2]),
    status: number(v[3]),
    name: text(v[4]),
  }),
};

const CLASS_SCHEMA = 50;

export type NamedClass = { readonly isSchema: boolean; readonly id: number; readonly name: string };

export const SYS_CLSOBJS: SystemTable<NamedClass> = {
  name: 'sysclsobjs',
  objectId: 64,
  columns: columns([
    ['class', tinyint, 4],
    ['id', int, 5],
    ['name', nvarchar, variable(0)],
  ]),
  toRow: (v) => ({ isSchema: number(v[0]) === CLASS_SCHEMA, id: number(v[1]), name: text(v[2]) }),
};

export type DefaultValue = {
  readonly rowsetId: CatalogId;
  readonly hobtColumnId: CatalogId;
  readonly value: SqlValue;
};

/** Values of columns in rows older than the column (2012 and later). */
export const SYS_SEOBJVALUES: SystemTable<DefaultValue> = {
  name: 'sysseobjvalues',
  objectId: 9,
  columns: columns([
    ['valclass', tinyint, 4],
    ['id', bigint, 5],
    ['subid', bigint, 13],
    ['value', sql_variant, variable(0)],
    ['imageval', varbinary, variable(1)],
  ]),
  toRow: (v) => ({ rowsetId: number(v[0]) === 1 ? id(v[1]) : -1, hobtColumnId: id(v[2]), value: v[3] ?? null }),
};

export type DatabaseFileRow = {
  readonly fileId: number;
  /** 0 data, 1 log. */
  readonly fileType: number;
  readonly logicalName: string;
  /** Path on the server it was on. */
  readonly physicalName: string;
};

export const SYS_PRUFILES: SystemTable<DatabaseFileRow> = {
  name: 'sysprufiles',
  objectId: 24,
  columns: columns([
    ['fileid', int, 8],
    ['filetype', tinyint, 20],
    ['lname', nvarchar, variable(0)],
    ['pname', nvarchar, variable(1)],
  ]),
  toRow: (v) => ({ fileId: number(v[0]), fileType: number(v[1]), logicalName: text(v[2]), physicalName: text(v[3]) }),
};
