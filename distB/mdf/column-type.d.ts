/** Types: their numbers in the catalog, their names, and how their values are decoded. */
import type { Decode } from './value.ts';
export declare const XType: {
    readonly image: 34;
    readonly text: 35;
    readonly uniqueidentifier: 36;
    readonly date: 40;
    readonly time: 41;
    readonly datetime2: 42;
    readonly datetimeoffset: 43;
    readonly tinyint: 48;
    readonly smallint: 52;
    readonly int: 56;
    readonly smalldatetime: 58;
    readonly real: 59;
    readonly money: 60;
    readonly datetime: 61;
    readonly float: 62;
    readonly sql_variant: 98;
    readonly ntext: 99;
    readonly bit: 104;
    readonly decimal: 106;
    readonly numeric: 108;
    readonly smallmoney: 122;
    readonly bigint: 127;
    readonly varbinary: 165;
    readonly varchar: 167;
    readonly binary: 173;
    readonly char: 175;
    readonly rowversion: 189;
    readonly nvarchar: 231;
    readonly nchar: 239;
    readonly clr: 240;
    readonly xml: 241;
};
export type ColumnType = {
    readonly xtype: number;
    /** Bytes, for strings and binary; 0 is MAX. */
    readonly length: number;
    readonly precision: number;
    readonly scale: number;
    readonly collation: number;
};
/** `ti` of sysrscols: the type in its low byte, what else there is to know above it. */
export declare function typeFromInfo(info: number, collation: number): ColumnType;
/** `nvarchar(128)`, `decimal(9,2)`, `datetime2(7)`. */
export declare function typeText(type: ColumnType): string;
/** Bytes of a fixed-length value, or null where the length belongs to the column. */
export declare function fixedSize(type: ColumnType): number | null;
/** Text and images of the old kind: the row holds a pointer, never the value. */
export declare function isTextPointer(xtype: number): boolean;
export declare function usesCodePage(xtype: number): boolean;
export declare function isText(xtype: number): boolean;
export declare function decoderOf(type: ColumnType): Decode;
