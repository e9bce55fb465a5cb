/**
 * Runs a query: each table is scanned once, for the columns it is asked for, and filtered while it is scanned; joins are
 * hash joins on their equalities. What is left of the conditions is tried on the joined rows.
 */
import { invalidArgument } from "../errors.js";
import { COMPUTED } from "../mdf/table.js";
import { common, compareKeys, keyText, sortKey } from "./compare.js";
import { columnsOf, compileCondition, compileExpression } from "./evaluate.js";
import { Held, sizeOfRow } from "./held.js";
import { conjuncts } from "./query.js";
import { Scope, same } from "./scope.js";
/** What holds a key of a row, beside its text. */
const KEY = 48;
/** Of `top`: rows held before those that are not among the first go. */
const TOP_HELD = 10_000;
/** Rows looked at between two pauses. */
const PAUSE_ROWS = 4096;
/** Throws for names that are not there before a row is read. `heldMost`: bytes to hold, see held.ts. */
export function runQuery(query, database, heldMost) {
    const scope = new Scope(query, database);
    const items = query.items.flatMap((item) => expand(item, scope));
    const sources = items.map(({ expression }) => expression);
    // Names are all looked up first, so that every scan knows its columns.
    for (const expression of [...sources, ...query.order.map(({ by }) => orderSource(by, items))])
        for (const column of columnsOf(expression))
            scope.resolve(column);
    const where = filters(conjuncts(query.where), scope);
    const joins = query.from.map(({ on }) => filters(conjuncts(on), scope));
    for (const [i, on] of joins.entries())
        for (const filter of on)
            requireInScope(filter, scope, i);
    const steps = produce(query, scope, items, where, joins, new Held(heldMost));
    return { columns: items.map(({ name }) => name), rows: rowsOf(steps), steps, notes: computedColumns(scope) };
}
function* rowsOf(steps) {
    for (const step of steps)
        if (step !== null)
            yield step;
}
/** A condition of a join sees the tables up to its own. */
function requireInScope({ tables }, scope, index) {
    const later = scope.tables.slice(index + 1).find((table) => tables.has(table));
    if (later === undefined)
        return;
    throw invalidArgument('SQL_ON', `a join is told to go by ${later.reference.alias}, which is joined after it`, {
        structure: 'SQL',
        hint: 'put each condition behind the join of the last table that it names',
    });
}
function computedColumns({ tables }) {
    return tables.flatMap(({ used, source }) => used
        .filter(({ type }) => type === COMPUTED)
        .map(({ name }) => `${source.name}.${name} is computed by SQL Server when it is asked, and not stored: here it is NULL`));
}
function expand(item, scope) {
    if (item.kind === 'expression') {
        const own = item.expression.kind === 'column' ? scope.resolve(item.expression).name : '';
        return [{ name: item.alias ?? own, expression: item.expression }];
    }
    const tables = scope.tables.filter(({ reference }) => item.table === null || same(reference.alias, item.table));
    return tables.flatMap(({ reference, source }) => source.columns.map(({ name }) => ({ name, expression: { kind: 'column', table: reference.alias, name } })));
}
/** ORDER BY sees the names of the result first, and positions; then the tables. */
function orderSource(by, items) {
    if (by.kind === 'number') {
        const item = items[Number(by.value) - 1];
        if (item === undefined)
            throw invalidArgument('SQL_ORDER', `order by ${by.value}: there are ${items.length} columns`, {
                structure: 'SQL',
                hint: `say a number from 1 to ${items.length}, or a name`,
            });
        return item.expression;
    }
    if (by.kind !== 'column' || by.table !== null)
        return by;
    return items.find(({ name }) => same(name, by.name))?.expression ?? by;
}
function filters(conditions, scope) {
    return conditions.map((condition) => {
        const tables = new Set([...columnsOf(condition)].map((column) => scope.resolve(column).table));
        return { condition, tables, done: false };
    });
}
function* produce(query, scope, items, where, joins, held) {
    const layout = new Layout(scope);
    let rows = [[]];
    const joined = new Set();
    for (const [i, table] of scope.tables.entries()) {
        const optional = table.reference.join === 'left' && i > 0;
        const on = joins[i];
        // Conditions of a left join decide what is joined, never what is kept; those of `where` are tried after it.
        const usable = optional ? on : [...on, ...where].filter((filter) => !filter.done);
        const own = usable.filter(({ tables }) => tables.size === 1 && tables.has(table));
        const scanned = scan(table, layout, own);
        joined.add(table);
        const linking = usable.filter((filter) => !own.includes(filter) && subset(filter.tables, joined));
        rows = i === 0 ? filtered(scanned, linking, layout) : join(rows, scanned, table, layout, linking, optional, held);
        for (const filter of [...own, ...linking])
            filter.done = true;
        const late = where.filter((filter) => !filter.done && subset(filter.tables, joined));
        if (late.length > 0)
            rows = filtered(rows, late, layout);
        for (const filter of late)
            filter.done = true;
    }
    yield* finish(query, rows, items, layout, held);
}
/** Where each used column stands in a joined row: tables one after another. */
class Layout {
    #starts = new Map();
    #scope;
    constructor(scope) {
        this.#scope = scope;
        let start = 0;
        for (const table of scope.tables) {
            this.#starts.set(table, start);
            start += table.used.length;
        }
    }
    start(table) {
        return this.#starts.get(table);
    }
    place(column, base = 0) {
        return {
            index: this.start(column.table) - base + column.table.used.indexOf(column),
            comparison: column.comparison,
        };
    }
    tablesOf(expression) {
        return new Set([...columnsOf(expression)].map((column) => this.#scope.resolve(column).table));
    }
    /** For rows of one table alone (`base` is its start) or joined ones. */
    resolver(base = 0) {
        return (expression) => this.place(this.#scope.resolve(expression), base);
    }
}
function* scan(table, layout, own) {
    const tests = own.map(({ condition }) => compileCondition(condition, layout.resolver(layout.start(table))));
    let count = 0;
    for (const row of table.source.rows(table.used.map(({ name }) => name))) {
        if (++count % PAUSE_ROWS === 0)
            yield null;
        if (tests.every((test) => test(row) === true))
            yield row;
    }
}
function* filtered(rows, by, layout) {
    const tests = by.map(({ condition }) => compileCondition(condition, layout.resolver()));
    for (const row of rows)
        if (row === null || tests.every((test) => test(row) === true))
            yield row;
}
function* join(left, right, table, layout, linking, optional, held) {
    const equalities = [];
    const rest = [];
    for (const { condition } of linking) {
        const equality = equalityOf(condition, table, layout);
        if (equality === null)
            rest.push(compileCondition(condition, layout.resolver()));
        else
            equalities.push(equality);
    }
    const buckets = new Map();
    for (const row of right) {
        if (row === null) {
            yield null;
            continue;
        }
        const key = keyOf(equalities, 'inner', row);
        if (key === null)
            continue; // NULL joins nothing
        held.add(sizeOfRow(row) + KEY + key.length, table.source.name);
        const bucket = buckets.get(key);
        if (bucket === undefined)
            buckets.set(key, [row]);
        else
            bucket.push(row);
    }
    const nothing = table.used.map(() => null);
    let count = 0;
    for (const row of left) {
        if (row === null) {
            yield null;
            continue;
        }
        const key = keyOf(equalities, 'outer', row);
        let matched = false;
        for (const other of key === null ? [] : (buckets.get(key) ?? [])) {
            if (++count % PAUSE_ROWS === 0)
                yield null;
            const both = [...row, ...other];
            if (!rest.every((test) => test(both) === true))
                continue;
            matched = true;
            yield both;
        }
        if (!matched && optional)
            yield [...row, ...nothing];
    }
}
/** `a.x = b.y` between the new table and those before it. */
function equalityOf(condition, table, layout) {
    if (condition.kind !== 'compare' || condition.operator !== '=')
        return null;
    const [left, right] = [layout.tablesOf(condition.left), layout.tablesOf(condition.right)];
    const own = left.size === 1 && left.has(table);
    if (!(own
        ? right.size > 0 && !right.has(table)
        : left.size > 0 && !left.has(table) && right.size === 1 && right.has(table)))
        return null;
    const inner = compileExpression(own ? condition.left : condition.right, layout.resolver(layout.start(table)));
    const outer = compileExpression(own ? condition.right : condition.left, layout.resolver());
    const comparison = common(inner.comparison, outer.comparison);
    return { inner: { ...inner, comparison }, outer: { ...outer, comparison } };
}
/** One key for all equalities; null where a value is NULL. */
function keyOf(equalities, side, row) {
    let all = '';
    for (const equality of equalities) {
        const { get, comparison } = equality[side];
        const key = sortKey(get(row), comparison);
        if (key === null)
            return null;
        all += `${keyText(key)}\0`;
    }
    return all;
}
function* finish(query, rows, items, layout, held) {
    const getters = items.map(({ expression }) => compileExpression(expression, layout.resolver()));
    const order = query.order.map(({ by, descending }) => ({
        getter: compileExpression(orderSource(by, items), layout.resolver()),
        descending,
    }));
    // Rows that are equal in what is selected go only after sorting.
    const wanted = query.distinct ? null : query.top;
    let results = order.length === 0 ? rows : sorted(rows, order, wanted ?? Number.POSITIVE_INFINITY, held);
    results = project(results, getters);
    if (query.distinct)
        results = distinct(results, getters, held);
    let left = query.top ?? Number.POSITIVE_INFINITY;
    if (left <= 0)
        return;
    for (const row of results) {
        yield row;
        if (row !== null && --left <= 0)
            return;
    }
}
function* project(rows, getters) {
    for (const row of rows)
        yield row === null ? null : getters.map(({ get }) => get(row));
}
/** NULL comes first; equal rows keep the order in which they were found. Of the first `wanted` rows alone few are held. */
function* sorted(rows, order, wanted, held) {
    const keyed = [];
    const compare = (a, b) => {
        for (const [i, { descending }] of order.entries()) {
            const [left, right] = [a.keys[i], b.keys[i]];
            const by = left === null || right === null ? Number(right === null) - Number(left === null) : compareKeys(left, right);
            if (by !== 0)
                return descending ? -by : by;
        }
        return 0;
    };
    const most = Math.max(2 * wanted, TOP_HELD);
    for (const row of rows) {
        if (row === null) {
            yield null;
            continue;
        }
        const keys = order.map(({ getter }) => sortKey(getter.get(row), getter.comparison));
        const size = sizeOfRow(row) + KEY * (1 + keys.length);
        held.add(size, 'the result');
        keyed.push({ row, keys, size });
        if (keyed.length < most)
            continue;
        keyed.sort(compare);
        for (const { size: freed } of keyed.splice(wanted))
            held.remove(freed);
    }
    keyed.sort(compare);
    for (const { row } of keyed)
        yield row;
}
/** NULL equals NULL here. */
function* distinct(rows, getters, held) {
    const seen = new Set();
    const textOf = (value, i) => {
        const key = sortKey(value, getters[i].comparison);
        return key === null ? null : keyText(key);
    };
    for (const row of rows) {
        if (row === null) {
            yield null;
            continue;
        }
        const key = JSON.stringify(row.map(textOf));
        if (seen.has(key))
            continue;
        held.add(KEY + key.length, 'the result');
        seen.add(key);
        yield row;
    }
}
function subset(tables, of) {
    for (const table of tables)
        if (!of.has(table))
            return false;
    return true;
}
