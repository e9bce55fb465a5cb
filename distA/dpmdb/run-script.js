/** Scripts of this folder over a database that people say is DPMDB. */
import { StorageError } from "../errors.js";
import { runScript } from "../sql/script.js";
import { requireDpmdb } from "./known-replicas.js";
/** As runScript; of a database without the script's tables it is told first when it is no DPMDB at all. */
export async function runOnDpmdb(script, tables) {
    try {
        return await runScript(script, tables);
    }
    catch (error) {
        if (StorageError.is(error) && error.code === 'SQL_TABLE_MISSING')
            requireDpmdb(tables);
        throw error;
    }
}
