/**
 * Databases by locator: `DPMDB.mdf`, `disk0.vhdx::/Full/…/DPMDB.mdf`, `DPMDB.bak`, a member of an archive. Whatever the way, pages are
 * read from where they are; nothing is written out.
 */
import { type OpenBytes } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Database } from '../mdf/database.ts';
import { type Backup } from '../mtf/backup.ts';
export type DatabaseOptions = OpenOptions & {
    /** Locators of more files: secondary data files (.ndf); of a backup its other stripes, and a differential one. */
    readonly secondary?: readonly string[] | undefined;
    /** Of a backup: the set at this position, else its newest full one. */
    readonly set?: number | undefined;
};
/** An open database and what it holds open. */
export declare class DatabaseHandle implements AsyncDisposable {
    readonly database: Database;
    readonly locator: string;
    /** The bytes of the primary file; of a backup, as they would be restored. */
    readonly map: AddressMap;
    /** What it came from, when that is a backup. */
    readonly backup: Backup | null;
    readonly sources: readonly OpenBytes[];
    constructor(opened: Opened, locator: string, sources: readonly OpenBytes[]);
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
type Opened = {
    readonly database: Database;
    readonly map: AddressMap;
    readonly backup: Backup | null;
};
/** Opens a database for reading. Throws `corrupt` for bytes that are none, with what to give instead. */
export declare function openDatabase(locator: string, options?: DatabaseOptions): Promise<DatabaseHandle>;
/** The last part of a path on a server, whose separators are those of Windows or, from 2017 on, of Linux. */
export declare function baseName(path: string): string;
/** True for what starts as native backups do, compressed ones too. */
export declare function isBackup(map: AddressMap): boolean;
/** The locator of another file in the folder of this one. */
export declare function siblingLocator(locator: string, name: string): string;
/** Opens a file that may not be there; null when it is not. */
export declare function openIfThere(locator: string, options: OpenOptions): Promise<OpenBytes | null>;
export {};
