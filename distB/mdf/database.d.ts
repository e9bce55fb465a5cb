/** A database, read from its data files without a server. */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { Allocation } from './allocation.ts';
import { type BootPage } from './boot-page.ts';
import { Catalog } from './catalog.ts';
import { type FileHeader } from './file-header.ts';
import { PageReader } from './page-reader.ts';
import type { DatabaseFileRow } from './system-tables.ts';
import { Table } from './table.ts';
export type DatabaseFile = {
    readonly map: AddressMap;
    readonly name: string;
};
/** A data file that is at hand; the header is null where it cannot be read. */
export type OpenFile = DatabaseFile & {
    readonly header: FileHeader | null;
};
export declare class Database {
    #private;
    readonly name: string;
    /** Path or locator of the primary file. */
    readonly image: string;
    readonly boot: BootPage;
    /** By file id, the primary one (1) first. */
    readonly files: ReadonlyMap<number, OpenFile>;
    /** What was met so far that did not stop the work. At most a few hundred are kept. */
    readonly findings: Finding[];
    readonly pages: PageReader;
    readonly allocation: Allocation;
    private constructor();
    /** Opens a database by its primary file, and secondary files (.ndf) where it has them. Reads three pages. */
    static open(primary: DatabaseFile, secondary?: readonly DatabaseFile[]): Database;
    get catalog(): Catalog;
    /** Data files that the catalog knows and that are not at hand. None where the catalog cannot be read. */
    absentFiles(): readonly DatabaseFileRow[];
    /** Whether the catalog has the file of this number as a log. */
    knowsAsLog(fileId: number): boolean;
    /** Whether a file is the one of this number that was in use together with the primary one. */
    owns(file: DatabaseFile, fileId: number): boolean;
    /** User tables by name; with `system` the catalog's own too. */
    tables(options?: {
        readonly system?: boolean;
    }): readonly Table[];
    /** A table by name: `tbl_IM_DataSource`, `dbo.tbl_IM_DataSource`, `[dbo].[tbl_IM_DataSource]`, in any case. */
    table(wanted: string): Table;
    /** What was lost so far, so that a table may be there and not be found; null where nothing was. */
    get catalogDamage(): string | null;
    /** As `table`, null for one that is not there. Without a schema `dbo` comes first; of several others none is guessed. */
    findTable(wanted: string): Table | null;
}
