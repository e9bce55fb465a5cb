/**
 * The base tables of the catalog, by fixed places of their columns: they have been the same from SQL Server 2005 to 2022.
 * Places are offsets in the record, or `variable(n)`.
 */
import { viewOf } from "../base/bytes.js";
import { XType } from "./column-type.js";
import { getPageAddress } from "./page.js";
const { tinyint, smallint, int, bigint, nvarchar, binary, char, sql_variant, varbinary } = XType;
const variable = (ordinal) => -1 - ordinal;
const ADDRESS = 6;
function columns(places) {
    return places.map(([name, xtype, offset, length = 0], index) => {
        const type = { xtype, length, precision: 0, scale: 0, collation: 0x3400_d008 };
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
const number = (value) => (typeof value === 'number' ? value : 0);
const id = (value) => typeof value === 'bigint' || typeof value === 'number' ? value : 0;
const text = (value) => (typeof value === 'string' ? value : '');
function address(value) {
    return value instanceof Uint8Array && value.length === ADDRESS
        ? getPageAddress(viewOf(value), 0)
        : { file: 0, page: 0 };
}
export const SYS_ALLOC_UNITS = {
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
export const SYS_ROWSETS = {
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
export const SYS_RSCOLS = {
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
export const SYS_SCHOBJS = {
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
export const SYS_COLPARS = {
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
export const SYS_CLSOBJS = {
    name: 'sysclsobjs',
    objectId: 64,
    columns: columns([
        ['class', tinyint, 4],
        ['id', int, 5],
        ['name', nvarchar, variable(0)],
    ]),
    toRow: (v) => ({ isSchema: number(v[0]) === CLASS_SCHEMA, id: number(v[1]), name: text(v[2]) }),
};
/** Values of columns in rows older than the column (2012 and later). */
export const SYS_SEOBJVALUES = {
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
export const SYS_PRUFILES = {
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
