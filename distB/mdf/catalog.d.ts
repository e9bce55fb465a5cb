/**
 * The catalog of a database: reads the base tables once, on damage with every row that is left. Their pages come from
 * their allocation units; where those are damaged, from the page headers of the whole file.
 */
import type { Allocation } from './allocation.ts';
import type { BootPage } from './boot-page.ts';
import type { PageReader } from './page-reader.ts';
import { type OnDamage } from './record.ts';
import { type AllocationUnit, type CatalogColumn, type CatalogId, type DatabaseFileRow, type DefaultValue, type Rowset, type RowsetColumn, type SchemaObject } from './system-tables.ts';
export declare class Catalog {
    #private;
    readonly rowsets: readonly Rowset[];
    constructor(pages: PageReader, allocation: Allocation, boot: BootPage, onDamage: OnDamage);
    /** The allocation unit that holds the rows of this rowset; undefined where nothing was ever stored. */
    rowUnit(rowsetId: CatalogId): AllocationUnit | undefined;
    /** All allocation units with the rowset that owns them. */
    units(): Generator<AllocationUnit>;
    objects(): Generator<SchemaObject>;
    columns(): Generator<CatalogColumn>;
    rowsetColumns(): Generator<RowsetColumn>;
    schemas(): Map<number, string>;
    defaults(): DefaultValue[];
    /** Data files and logs, with the paths they had on their server. */
    files(): DatabaseFileRow[];
}
