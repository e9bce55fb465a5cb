/**
 * From text to a query: the only door to node-sql-parser, whose T-SQL grammar is loaded when the first statement comes.
 * Its tree holds more than is understood here; whatever is not carried over is refused by name, never ignored.
 */
export async function parseStatement(statement, fail) {
    const { default: library } = await import('node-sql-parser/build/transactsql.js');
    let tree;
    try {
        tree = new library.Parser().astify(statement.text, { database: 'transactsql' });
    }
    catch (error) {
        const { location } = error;
        throw fail(location?.start.offset ?? 0, 'this is not understood');
    }
    return new Translator(statement, fail).query(asNode(Array.isArray(tree) ? tree[0] : tree));
}
function asNode(value) {
    return typeof value === 'object' && value !== null ? value : {};
}
function asList(value) {
    return Array.isArray(value) ? value : [];
}
const COMPARE = {
    '=': '=',
    '<>': '<>',
    '!=': '<>',
    '<': '<',
    '<=': '<=',
    '>': '>',
    '>=': '>=',
};
const JOINS = {
    JOIN: 'inner',
    'INNER JOIN': 'inner',
    'LEFT JOIN': 'left',
    'LEFT OUTER JOIN': 'left',
};
/** Parts of a select that must be absent. */
const REFUSED = ['with', 'into', 'for', 'groupby', 'having', 'limit', '_next', 'set_op', 'options', 'window'];
class Translator {
    #statement;
    #fail;
    constructor(statement, fail) {
        this.#statement = statement;
        this.#fail = fail;
    }
    query(tree) {
        if (tree['type'] !== 'select')
            throw this.#refuse(`only select is understood, not ${String(tree['type'])}`);
        for (const part of REFUSED) {
            const value = asNode(tree[part]);
            const empty = Object.values(value).every((each) => each === null || (Array.isArray(each) && each.length === 0));
            if (tree[part] != null && !(typeof tree[part] === 'object' && empty))
                throw this.#refuse(`${part.replace('groupby', 'group by').replace('_next', 'union')} is not understood`);
        }
        const from = asList(tree['from']);
        if (from.length === 0)
            throw this.#refuse('a select without a table');
        return {
            distinct: tree['distinct'] === 'DISTINCT',
            top: this.#top(tree['top']),
            items: tree['columns'] === '*'
                ? [{ kind: 'all', table: null }]
                : asList(tree['columns']).map((item) => this.#item(item)),
            from: from.map((table, index) => this.#table(table, index)),
            where: tree['where'] == null ? null : this.#condition(asNode(tree['where'])),
            order: asList(tree['orderby']).map((key) => this.#orderKey(key)),
        };
    }
    #top(tree) {
        if (tree == null)
            return null;
        const { value, percent } = asNode(tree);
        if (percent == null && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
            return value;
        throw this.#refuse('top is understood with a whole number only');
    }
    #item(item) {
        const expression = asNode(item['expr']);
        const column = asNode(expression)['column'];
        if (expression['type'] === 'star' || column === '*')
            return { kind: 'all', table: expression['table'] == null ? null : this.#name(expression['table']) };
        return {
            kind: 'expression',
            expression: this.#expression(expression),
            alias: item['as'] == null ? null : this.#alias(item['as']),
        };
    }
    #table(table, index) {
        if (typeof table['table'] !== 'string')
            throw this.#refuse('a query inside a query is not understood');
        const own = this.#name(table['table']);
        // Of two parts the parser calls the first `db`, of three the first `db` and the second `schema`.
        const parts = [table['db'], table['schema']].filter((part) => part != null).map((part) => this.#name(part));
        const schema = parts.at(-1);
        const join = index === 0 || table['join'] == null ? 'inner' : JOINS[String(table['join'])];
        if (join === undefined)
            throw this.#refuse(`${String(table['join']).toLowerCase()} is not understood`);
        if (table['using'] != null)
            throw this.#refuse('join using is not understood');
        return {
            name: schema === undefined ? own : `${schema}.${own}`,
            database: parts.length > 1 ? parts[0] : null,
            alias: table['as'] == null ? own : this.#name(table['as']),
            join,
            on: table['on'] == null ? null : this.#condition(asNode(table['on'])),
        };
    }
    #orderKey(key) {
        return { by: this.#expression(asNode(key['expr'])), descending: key['type'] === 'DESC' };
    }
    #condition(node) {
        const operator = String(node['operator'] ?? '').toUpperCase();
        if (node['type'] === 'unary_expr' && operator === 'NOT')
            return { kind: 'not', of: this.#condition(asNode(node['expr'])) };
        // `not (…)` comes as a call of a function; real functions were refused before.
        if (node['type'] === 'function' &&
            asList(asNode(node['name'])['name'])[0]?.['value']?.toString().toLowerCase() === 'not')
            return { kind: 'not', of: this.#condition(asNode(asList(asNode(node['args'])['value'])[0])) };
        if (node['type'] !== 'binary_expr')
            throw this.#refuse(`a condition of kind ${String(node['type'])} is not understood`);
        const [left, right] = [asNode(node['left']), asNode(node['right'])];
        if (operator === 'AND' || operator === 'OR')
            return { kind: operator === 'AND' ? 'and' : 'or', left: this.#condition(left), right: this.#condition(right) };
        const value = this.#expression(left);
        const negated = operator.includes('NOT');
        if (operator === 'LIKE' || operator === 'NOT LIKE')
            return { kind: 'like', negated, value, pattern: this.#expression(right) };
        if (operator === 'IS' || operator === 'IS NOT') {
            if (right['type'] !== 'null')
                throw this.#refuse('is must be followed by null or not null');
            return { kind: 'null', negated, value };
        }
        if (operator === 'IN' || operator === 'NOT IN')
            return { kind: 'in', negated, value, list: asList(right['value']).map((each) => this.#expression(each)) };
        if (operator === 'BETWEEN' || operator === 'NOT BETWEEN') {
            const [low, high] = asList(right['value']).map((each) => this.#expression(each));
            const both = {
                kind: 'and',
                left: { kind: 'compare', operator: '>=', left: value, right: low },
                right: { kind: 'compare', operator: '<=', left: value, right: high },
            };
            return negated ? { kind: 'not', of: both } : both;
        }
        const compare = COMPARE[operator];
        if (compare === undefined)
            throw this.#refuse(`the operator ${operator.toLowerCase()} is not understood`);
        return { kind: 'compare', operator: compare, left: value, right: this.#expression(right) };
    }
    #expression(node) {
        switch (node['type']) {
            case 'column_ref':
                return {
                    kind: 'column',
                    table: node['table'] == null ? null : this.#name(node['table']),
                    name: this.#name(node['column']),
                };
            case 'single_quote_string':
            case 'var_string':
            case 'string':
                return { kind: 'text', value: this.#literal(node['value']) };
            case 'number':
            case 'bigint':
                return { kind: 'number', value: this.#number(node) };
            case 'null':
                return { kind: 'null' };
            case 'unary_expr':
                if (node['operator'] === '-')
                    return this.#negative(asNode(node['expr']));
                break;
            case 'binary_expr':
                if (node['operator'] === '+')
                    return {
                        kind: 'plus',
                        left: this.#expression(asNode(node['left'])),
                        right: this.#expression(asNode(node['right'])),
                    };
        }
        throw this.#refuse(`an expression of kind ${String(node['operator'] ?? node['type'] ?? 'query')} is not understood`);
    }
    #negative(node) {
        if (node['type'] !== 'number' && node['type'] !== 'bigint')
            throw this.#refuse('minus stands before numbers only');
        return { kind: 'number', value: -this.#number(node) };
    }
    /** Whole numbers that no double holds come as their digits. */
    #number(node) {
        return node['type'] === 'bigint' ? BigInt(String(node['value'])) : Number(node['value']);
    }
    /** Names stand in the text by number. */
    #name(value) {
        const name = this.#statement.names[Number(value)];
        if (name === undefined)
            throw this.#refuse(`the name ${String(value)} is not understood`);
        return name;
    }
    /** So do literals, with an `s` in front. */
    #literal(value) {
        const literal = this.#statement.literals[Number(String(value).replace(/^'?s(\d+)'?$/, '$1'))];
        if (literal === undefined)
            throw this.#refuse('a literal is not understood');
        return literal;
    }
    /** An alias may be written as a literal: `as 'Folder'`. */
    #alias(value) {
        return /^'?s\d+'?$/.test(String(value)) ? this.#literal(value) : this.#name(value);
    }
    #refuse(message) {
        return this.#fail(0, message);
    }
}
