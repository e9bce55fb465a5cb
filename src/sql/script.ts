/** Scripts: one or more statements, as people paste them, run against a database. */

import { invalidArgument } from '../errors.ts';
import { normalizeScript, syntaxError } from './normalize.ts';
import { parseStatement } from './parse.ts';
import { type QueryRows, runQuery } from './run-query.ts';
import { type SqlTables, same } from './scope.ts';

export type ScriptOptions = {
  /** Fills in the placeholder that the article's scripts have for the name of the SQL Server. */
  readonly server?: string | undefined;
  /** Bytes that each statement may hold for joining, sorting and distinct; see held.ts for the default. */
  readonly memory?: number | undefined;
};

export type ScriptResult = {
  /** What was put right in the script, and what should be known of the result. */
  readonly notes: readonly string[];
  /** One result per statement; rows are read while they are asked for. */
  readonly results: readonly QueryRows[];
};

/** Throws kind `invalid-argument` for what is not understood, `not-found` for names that are not there. */
export async function runScript(
  script: string,
  database: SqlTables,
  options: ScriptOptions = {},
): Promise<ScriptResult> {
  const { statements, notes } = normalizeScript(script, options.server);
  if (statements.length === 0)
    throw invalidArgument('SQL_EMPTY', 'the script holds no statement', { hint: 'give a select' });
  const told = [...notes];
  const results: QueryRows[] = [];
  for (const statement of statements) {
    if (statement.database !== null && !same(statement.database, database.name))
      told.push(`"use ${statement.database}" was ignored: the database is ${database.name}`);
    const fail = (offset: number, message: string): Error => syntaxError(script, statement.sourceOf(offset), message);
    const result = runQuery(await parseStatement(statement, fail), database, options.memory);
    told.push(...result.notes);
    results.push(result);
  }
  return { notes: [...new Set(told)], results };
}
