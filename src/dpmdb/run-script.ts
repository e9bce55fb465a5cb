/** Scripts of this folder over a database that people say is DPMDB. */

import { StorageError } from '../errors.ts';
import type { SqlTables } from '../sql/scope.ts';
import { runScript, type ScriptResult } from '../sql/script.ts';
import { requireDpmdb } from './known-replicas.ts';

/** As runScript; of a database without the script's tables it is told first when it is no DPMDB at all. */
export async function runOnDpmdb(script: string, tables: SqlTables): Promise<ScriptResult> {
  try {
    return await runScript(script, tables);
  } catch (error) {
    if (StorageError.is(error) && error.code === 'SQL_TABLE_MISSING') requireDpmdb(tables);
    throw error;
  }
}
