/**
 * Pages: the 8 KiB units of SQL Server's data files. A header of 96 bytes, records, and from the end downwards a slot
 * array with the record offsets.
 */
export declare const PAGE_SIZE = 8192;
export declare const HEADER_SIZE = 96;
export declare const EXTENT_PAGES = 8;
export declare const PAGE: {
    readonly headerVersion: 0;
    readonly type: 1;
    readonly typeFlagBits: 2;
    readonly level: 3;
    readonly flagBits: 4;
    readonly indexId: 6;
    readonly prevPage: 8;
    readonly pminlen: 14;
    readonly nextPage: 16;
    readonly slotCount: 22;
    readonly objId: 24;
    readonly freeData: 30;
    readonly pageId: 32;
    readonly fileId: 36;
    readonly ghostRecordCount: 58;
    readonly tornBits: 60;
};
export declare const PageType: {
    readonly data: 1;
    readonly index: 2;
    readonly textMix: 3;
    readonly textTree: 4;
    readonly sort: 7;
    readonly gam: 8;
    readonly sgam: 9;
    readonly iam: 10;
    readonly pfs: 11;
    readonly boot: 13;
    readonly fileHeader: 15;
    readonly differentialMap: 16;
    readonly bulkMap: 17;
};
/** Page has a compression-information block behind its header. */
export declare const COMPRESSION_INFORMATION = 128;
/** A page of a database: file id and page number within the file. */
export type PageAddress = {
    readonly file: number;
    readonly page: number;
};
/** A record: its page and slot. */
export type RowAddress = PageAddress & {
    readonly slot: number;
};
/** On disk a page address is u32 page, u16 file; 0:0 is none. */
export declare function getPageAddress(view: DataView, offset: number): PageAddress;
export declare function isNone(address: PageAddress): boolean;
/** `1:264`, as SQL Server writes it. */
export declare function addressText(address: PageAddress): string;
/** One key for both parts: page numbers are 32 bits wide. */
export declare function addressKey(file: number, page: number): number;
/** A page in memory. Fields are read when asked for. */
export declare class Page {
    readonly file: number;
    readonly number: number;
    readonly bytes: Uint8Array;
    readonly view: DataView;
    /** Records may reach up to here: the slot array begins. */
    readonly recordsEnd: number;
    readonly slotCount: number;
    constructor(file: number, number: number, bytes: Uint8Array);
    get type(): number;
    get level(): number;
    get next(): PageAddress;
    get previous(): PageAddress;
    get hasCompressionInformation(): boolean;
    /** Allocation unit named by the header: `indexId << 48 | objId << 16`. A hint; IAM pages decide. */
    get allocationUnitId(): bigint;
    /** The header claims more slots than a page can hold. */
    get slotsOverflow(): boolean;
    /** Offset of the record in this slot: 0 for an empty slot, -1 for one that points outside the records. */
    recordOffset(slot: number): number;
    get place(): string;
}
