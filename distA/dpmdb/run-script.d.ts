/** Scripts of this folder over a database that people say is DPMDB. */
import type { SqlTables } from '../sql/scope.ts';
import { type ScriptResult } from '../sql/script.ts';
/** As runScript; of a database without the script's tables it is told first when it is no DPMDB at all. */
export declare function runOnDpmdb(script: string, tables: SqlTables): Promise<ScriptResult>;
