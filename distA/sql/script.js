/** Scripts: one or more statements, as people paste them, run against a database. */
import { invalidArgument } from "../errors.js";
import { normalizeScript, syntaxError } from "./normalize.js";
import { parseStatement } from "./parse.js";
import { runQuery } from "./run-query.js";
import { same } from "./scope.js";
/** Throws kind `invalid-argument` for what is not understood, `not-found` for names that are not there. */
export async function runScript(script, database, options = {}) {
    const { statements, notes } = normalizeScript(script, options.server);
    if (statements.length === 0)
        throw invalidArgument('SQL_EMPTY', 'the script holds no statement', { hint: 'give a select' });
    const told = [...notes];
    const results = [];
    for (const statement of statements) {
        if (statement.database !== null && !same(statement.database, database.name))
            told.push(`"use ${statement.database}" was ignored: the database is ${database.name}`);
        const fail = (offset, message) => syntaxError(script, statement.sourceOf(offset), message);
        const result = runQuery(await parseStatement(statement, fail), database, options.memory);
        told.push(...result.notes);
        results.push(result);
    }
    return { notes: [...new Set(told)], results };
}
