/** The boot page (page 9 of the primary file): who the database is, which SQL Server wrote it, where its catalog starts. */
import { type Page, type PageAddress } from './page.ts';
export declare const BOOT_PAGE = 9;
/** Log sequence number: virtual log file, block of 512 bytes in it, slot. */
export type Lsn = {
    readonly file: number;
    readonly block: number;
    readonly slot: number;
};
export declare function getLsn(view: DataView, offset: number): Lsn;
/** `27:1E8:47`, hexadecimal as SQL Server's tools write it. */
export declare function lsnText(lsn: Lsn): string;
/** The decimal form that RESTORE HEADERONLY prints. */
export declare function lsnDecimal(lsn: Lsn): string;
export type BootPage = {
    /** Internal database version, e.g. 852. */
    readonly version: number;
    readonly createVersion: number;
    /** `2016`: which SQL Server writes this version. */
    readonly product: string;
    readonly name: string;
    readonly created: string | null;
    readonly compatibilityLevel: number;
    readonly collation: number;
    readonly familyId: string;
    readonly cleanShutdown: boolean;
    readonly simpleRecovery: boolean;
    readonly pageVerify: 'checksum' | 'torn page' | 'none';
    readonly checkpointLsn: Lsn;
    /** `13.0.5081`. */
    readonly engineBuild: string;
    readonly firstSysAllocUnits: PageAddress;
};
/** Throws kind `unsupported` for encrypted databases and versions that were never seen, `corrupt` for no boot page. */
export declare function readBootPage(page: Page, image: string): BootPage;
/** The newest product whose first version is not above this one. */
export declare function productOf(version: number): string;
/** Product versions that real databases were read of, or whose catalog is documented as the same. */
export declare function isTestedVersion(version: number): boolean;
