/** The health of every database that a recovery wrote. A bad verdict is told loudly and never stops the copy. */
import { join } from 'node:path';
import { databaseHealth } from "../database/health.js";
import { StorageError } from "../errors.js";
const BAD_PAGES_KEPT = 20;
const PRIMARY = /\.mdf$/i;
/** Reads the written files, not the source, and looks for each log beside its database. */
export async function checkDatabases(files, out, warnings, options) {
    const checked = [];
    for (const file of files) {
        const readable = file.target !== undefined && file.status !== 'failed' && PRIMARY.test(file.target);
        checked.push(readable ? await checkOne(file, join(out, ...file.target.split('/')), warnings, options) : file);
    }
    return checked;
}
async function checkOne(file, path, warnings, options) {
    try {
        const { verdict, summary, database, product, pages, badPages, log } = await databaseHealth(path, options);
        if (verdict === 'damaged')
            warnings.push(`database ${database} in ${file.target} is ${summary}; \`pitvault check\` lists the pages and tables`);
        return {
            ...file,
            database: { verdict, summary, database, product, pages, badPages: badPages.slice(0, BAD_PAGES_KEPT), log },
        };
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        warnings.push(`${file.target} cannot be checked as a database: ${error.message}`);
        return file;
    }
}
