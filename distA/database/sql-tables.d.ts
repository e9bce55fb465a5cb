/** The tables of a database, for queries; what could not be read of them is counted, so that a result can say so. */
import type { StorageError } from '../errors.ts';
import type { Database } from '../mdf/database.ts';
import type { SqlTable, SqlTables } from '../sql/scope.ts';
/** A table of which pages, rows or values are missing in the result. */
export type PartialTable = {
    readonly table: string;
    lost: number;
    readonly errors: StorageError[];
};
export declare function partialText({ table, lost, errors }: PartialTable): string;
export declare class DatabaseTables implements SqlTables {
    #private;
    /** Filled while rows are read. */
    readonly partial: PartialTable[];
    constructor(database: Database);
    get name(): string;
    get damage(): string | null;
    find(name: string): SqlTable | null;
    names(): string[];
}
