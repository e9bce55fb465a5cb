/** The tables of a database, for queries; what could not be read of them is counted, so that a result can say so. */
const LOSSES_KEPT = 20;
export function partialText({ table, lost, errors }) {
    return `${lost} pages, rows or values of ${table} could not be read; the first: ${errors[0].message}`;
}
export class DatabaseTables {
    /** Filled while rows are read. */
    partial = [];
    #database;
    constructor(database) {
        this.#database = database;
    }
    get name() {
        return this.#database.name;
    }
    get damage() {
        return this.#database.catalogDamage;
    }
    find(name) {
        const table = this.#database.findTable(name);
        return table === null ? null : this.#asSqlTable(table);
    }
    names() {
        return this.#database.tables().map((table) => table.fullName);
    }
    #asSqlTable(table) {
        return {
            name: table.fullName,
            columns: table.columns,
            rows: (columns) => table.rows({ columns, onDamage: (error) => this.#count(table.fullName, error) }),
        };
    }
    #count(name, error) {
        let partial = this.partial.find(({ table }) => table === name);
        if (partial === undefined)
            this.partial.push((partial = { table: name, lost: 0, errors: [] }));
        partial.lost++;
        if (partial.errors.length < LOSSES_KEPT)
            partial.errors.push(error);
    }
}
