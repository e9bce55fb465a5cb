/**
 * The catalog of a database: reads the base tables once, on damage with every row that is left. Their pages come from
 * their allocation units; where those are damaged, from the page headers of the whole file.
 */
import { corrupt, StorageError } from "../errors.js";
import { LobReader } from "./lob.js";
import { addressKey, isNone, PageType } from "./page.js";
import { RecordReader } from "./record.js";
import { SYS_ALLOC_UNITS, SYS_CLSOBJS, SYS_COLPARS, SYS_PRUFILES, SYS_ROWSETS, SYS_RSCOLS, SYS_SCHOBJS, SYS_SEOBJVALUES, } from "./system-tables.js";
const IN_ROW = 1;
/** Chains are bounded by the pages there are; this bounds what a hostile catalog makes us hold. */
const CATALOG_ROWS_MAX = 4_000_000;
export class Catalog {
    #pages;
    #allocation;
    #onDamage;
    #units = new Map();
    rowsets;
    constructor(pages, allocation, boot, onDamage) {
        this.#pages = pages;
        this.#allocation = allocation;
        this.#onDamage = onDamage;
        for (const unit of this.#readRows(SYS_ALLOC_UNITS, this.#chain(boot.firstSysAllocUnits))) {
            const known = this.#units.get(unit.owner);
            if (known === undefined)
                this.#units.set(unit.owner, [unit]);
            else
                known.push(unit);
        }
        this.rowsets = [...this.#readTable(SYS_ROWSETS)];
    }
    /** The allocation unit that holds the rows of this rowset; undefined where nothing was ever stored. */
    rowUnit(rowsetId) {
        return this.#units.get(rowsetId)?.find((unit) => unit.type === IN_ROW);
    }
    /** All allocation units with the rowset that owns them. */
    *units() {
        for (const units of this.#units.values())
            yield* units;
    }
    objects() {
        return this.#readTable(SYS_SCHOBJS);
    }
    columns() {
        return this.#readTable(SYS_COLPARS);
    }
    rowsetColumns() {
        return this.#readTable(SYS_RSCOLS);
    }
    schemas() {
        const names = new Map();
        for (const row of this.#readTable(SYS_CLSOBJS))
            if (row.isSchema)
                names.set(row.id, row.name);
        return names;
    }
    defaults() {
        return this.#has(SYS_SEOBJVALUES) ? [...this.#readTable(SYS_SEOBJVALUES)] : [];
    }
    /** Data files and logs, with the paths they had on their server. */
    files() {
        return this.#has(SYS_PRUFILES) ? [...this.#readTable(SYS_PRUFILES)] : [];
    }
    #has(table) {
        return rowsetIds(table.objectId).some((id) => this.#units.has(id));
    }
    #readTable(table) {
        const unit = rowsetIds(table.objectId)
            .map((id) => this.rowUnit(id))
            .find((found) => found !== undefined);
        return this.#readRows(table, unit === undefined ? this.#byHeader(table.objectId) : this.#unitPages(unit, table));
    }
    *#readRows(table, pages) {
        const reader = new RecordReader(table.columns, new LobReader(this.#pages), this.#onDamage);
        let count = 0;
        for (const page of pages) {
            for (let slot = 0; slot < page.slotCount; slot++) {
                try {
                    const row = reader.read(page, slot);
                    if (row === null)
                        continue;
                    if (++count > CATALOG_ROWS_MAX)
                        throw this.#tooMany(table.name);
                    yield table.toRow(row);
                }
                catch (error) {
                    if (!StorageError.isDamage(error) || error.code === 'MDF_CATALOG_SIZE')
                        throw error;
                    this.#onDamage(error);
                }
            }
        }
    }
    /** The unit's pages; where its maps or pages are damaged, those that only their headers give away too. */
    *#unitPages(unit, table) {
        const seen = new Set();
        const pages = this.#allocation.pagesOf(unit.firstIam);
        let whole = true;
        for (let next = pages.next();; next = pages.next()) {
            if (next.done === true) {
                whole &&= next.value;
                break;
            }
            const { file, page: number } = next.value;
            const page = this.#suspect(next.value);
            if (page === null)
                whole = false;
            else if (page.type === PageType.data) {
                seen.add(addressKey(file, number));
                yield page;
            }
        }
        if (whole)
            return;
        for (const page of this.#byHeader(table.objectId))
            if (!seen.has(addressKey(page.file, page.number)))
                yield page;
    }
    /** Follows `nextPage` from the first page of a table. */
    *#chain(first) {
        const seen = new Set();
        for (let at = first; !isNone(at);) {
            const key = addressKey(at.file, at.page);
            const page = seen.has(key) ? null : this.#suspect(at);
            if (page === null || page.type !== PageType.data) {
                this.#onDamage(corrupt('MDF_CATALOG_CHAIN', `the chain of sysallocunits breaks at page ${at.file}:${at.page}`, {
                    image: this.#pages.name,
                    structure: `page ${at.file}:${at.page}`,
                    hint: 'what is left was collected from all pages of the file',
                }));
                for (const other of this.#byHeader(SYS_ALLOC_UNITS.objectId))
                    if (!seen.has(addressKey(other.file, other.number)))
                        yield other;
                return;
            }
            seen.add(key);
            yield page;
            at = page.next;
        }
    }
    /** Every data page whose header names this system table. Reads the whole file. */
    *#byHeader(objectId) {
        const wanted = rowsetIds(objectId).map(BigInt);
        for (const file of this.#pages.fileIds) {
            const count = this.#pages.pageCount(file);
            for (let number = 0; number < count; number++) {
                const page = this.#suspect({ file, page: number }, false);
                if (page?.type === PageType.data && wanted.includes(page.allocationUnitId))
                    yield page;
            }
        }
    }
    /** A page of the catalog is read even when it fails its proof: most of its rows will be right. */
    #suspect(address, tell = true) {
        try {
            const { page, error } = this.#pages.suspect(address.file, address.page);
            if (error !== null && tell)
                this.#onDamage(error);
            return page;
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            if (tell)
                this.#onDamage(error);
            return null;
        }
    }
    #tooMany(table) {
        return corrupt('MDF_CATALOG_SIZE', `${table} has more than ${CATALOG_ROWS_MAX} rows`, {
            image: this.#pages.name,
            structure: table,
            hint: 'its allocation maps are damaged beyond use',
        });
    }
}
/** Rowset ids of system tables: the oldest have `object id << 16`, the others index id 1 above it. */
function rowsetIds(objectId) {
    return [objectId * 0x1_0000, 2 ** 48 + objectId * 0x1_0000];
}
