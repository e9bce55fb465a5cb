/** Names in a query: which table and column each one means. */
import { corrupt, invalidArgument, notFound } from "../errors.js";
import { named } from "../mdf/table.js";
import { comparisonOf } from "./compare.js";
/** A table of the from list, with the columns that the query needs of it, in order of first use. */
export class ScopeTable {
    reference;
    source;
    used = [];
    constructor(reference, source) {
        this.reference = reference;
        this.source = source;
    }
    use(name) {
        const found = named(this.source.columns, name);
        if (found === undefined)
            return null;
        const known = this.used.find((column) => column.name === found.name);
        if (known !== undefined)
            return known;
        const comparison = comparisonOf(found.type, found.isCaseSensitive);
        const column = { table: this, name: found.name, type: found.type, comparison };
        this.used.push(column);
        return column;
    }
    has(name) {
        return named(this.source.columns, name) !== undefined;
    }
}
export class Scope {
    tables;
    constructor(query, database) {
        const missing = [];
        const tables = [];
        for (const reference of query.from) {
            if (reference.database !== null && !same(reference.database, database.name)) {
                throw invalidArgument('SQL_DATABASE', `this is database ${database.name}, not ${reference.database}`, {
                    structure: 'SQL',
                    hint: 'leave the database out of the name of the table',
                });
            }
            if (tables.some(({ reference: other }) => same(other.alias, reference.alias)))
                throw invalidArgument('SQL_ALIAS', `two tables are called ${reference.alias}`, {
                    structure: 'SQL',
                    hint: 'give each an alias of its own',
                });
            const source = database.find(reference.name);
            if (source === null)
                missing.push(reference.name);
            else
                tables.push(new ScopeTable(reference, source));
        }
        if (missing.length > 0)
            throw missingTables(missing, database);
        this.tables = tables;
    }
    /** The column that a name means. An unqualified one must be in exactly one table. */
    resolve({ table, name }) {
        const owners = this.tables.filter((each) => (table === null || same(each.reference.alias, table) || same(lastPart(each.reference.name), table)) &&
            each.has(name));
        if (owners.length === 1)
            return owners[0].use(name);
        const full = table === null ? name : `${table}.${name}`;
        if (owners.length > 1) {
            const list = owners.map(({ reference }) => `${reference.alias}.${name}`).join(', ');
            throw invalidArgument('SQL_COLUMN_AMBIGUOUS', `${full} is in several tables`, {
                structure: 'SQL',
                hint: `say which: ${list}`,
            });
        }
        if (table !== null && !this.tables.some(({ reference }) => same(reference.alias, table))) {
            throw notFound('SQL_ALIAS_MISSING', `no table of the query is called ${table}`, {
                structure: 'SQL',
                hint: `they are: ${this.tables.map(({ reference }) => reference.alias).join(', ')}`,
            });
        }
        throw notFound('SQL_COLUMN_MISSING', `there is no column ${full}`, {
            structure: 'SQL',
            hint: this.#available(table),
        });
    }
    #available(table) {
        const tables = this.tables.filter(({ reference }) => table === null || same(reference.alias, table));
        return tables
            .map(({ source }) => `${source.name} has ${source.columns.map((column) => column.name).join(', ')}`)
            .join('; ');
    }
}
function missingTables(missing, database) {
    if (database.damage != null)
        throw tableLost(missing.join(', '), database.name, database.damage);
    const names = database.names();
    const few = names.slice(0, 40).join(', ');
    return notFound('SQL_TABLE_MISSING', `database ${database.name} has no table ${missing.join(', ')}`, {
        structure: 'SQL',
        hint: names.length === 0
            ? 'it has no tables at all'
            : `it has: ${few}${names.length > 40 ? `, and ${names.length - 40} more` : ''}`,
    });
}
/** A damaged catalog does not tell what there is not. */
export function tableLost(wanted, database, damage) {
    return corrupt('SQL_TABLE_LOST', `what is left of the catalog of ${database} has no table ${wanted}: ${damage}`, {
        structure: 'SQL',
        hint: '`pitvault check` tells what is damaged; take the database from another recovery point, or from a backup',
    });
}
function lastPart(name) {
    return name.slice(name.lastIndexOf('.') + 1);
}
export function same(a, b) {
    return a.toLowerCase() === b.toLowerCase();
}
