/** The health of a database: is it whole, and does it need its log? */
import { StorageError } from "../errors.js";
import { lsnText } from "./boot-page.js";
import { readLogState } from "./log-file.js";
import { addressKey, addressText, PAGE_SIZE } from "./page.js";
import { addCounts } from "./page-census.js";
const BAD_PAGES_NAMED = 10_000;
const PAGES_IN_SUMMARY = 5;
/** The verdict from the finished census of each data file that is at hand, the primary one first. */
export function judgeDatabase(database, censuses, log = null) {
    const findings = [];
    for (const census of censuses)
        judgeFile(database, census, findings);
    findings.push(...absentFiles(database));
    const counts = addCounts(censuses.map((census) => census.counts));
    const bad = censuses.flatMap((census) => census.bad);
    const badPages = nameBadPages(database, bad);
    const state = readLog(database, log, findings);
    const damaged = counts.bad > 0 || findings.some(({ severity }) => severity === 'error');
    const clean = database.boot.cleanShutdown && state?.nothingAfterCheckpoint !== false;
    const verdict = damaged ? 'damaged' : clean ? 'clean shutdown' : 'crash-consistent, needs the log';
    if (!damaged && !clean && state === null) {
        const message = `changes after the checkpoint ${lsnText(database.boot.checkpointLsn)} may be in the log only, and unfinished ones in the file`;
        findings.push({ severity: 'warning', code: 'MDF_LOG_NEEDED', message, at: { image: database.image } });
    }
    return {
        verdict,
        summary: damaged ? damageText(counts, badPages, findings) : verdict,
        database: database.name,
        version: database.boot.version,
        product: database.boot.product,
        pages: counts,
        badPages,
        log: state,
        findings: [...findings, ...database.findings.filter(({ code }) => !code.startsWith('MDF_PAGE_'))],
    };
}
/** What one data file as a whole has wrong with it. */
function judgeFile(database, { file, counts, missing, links }, findings) {
    const source = database.files.get(file);
    const { size } = source.map;
    const error = (code, message, offset) => {
        findings.push({ severity: 'error', code, message, at: { image: source.name, offset } });
    };
    const named = source.header?.size ?? 0;
    if (named > counts.total || missing > 0) {
        const wanted = named > counts.total ? `should have ${named} pages` : `lacks ${missing} pages that are in use`;
        error('MDF_TRUNCATED', `the file ${wanted} and has ${counts.total}: the copy is cut short`, size);
    }
    if (size % PAGE_SIZE !== 0)
        error('MDF_SIZE', `${size} bytes are no whole number of pages`, size);
    if (counts.gamMismatches > 0)
        error('MDF_GAM_MISMATCH', `${counts.gamMismatches} pages are in use in extents that the allocation map calls free`);
    if (counts.linkMismatches > 0) {
        const { from, to } = links[0];
        error('MDF_LINK', `${counts.linkMismatches} pages do not name their neighbours, the first ${to} (beside ${from})`);
    }
}
/** Data files that the catalog knows and nobody gave: what is in them was not looked at. */
function absentFiles(database) {
    return database.absentFiles().map(({ fileId, physicalName }) => ({
        severity: 'warning',
        code: 'MDF_FILE_MISSING',
        message: `file ${fileId} of the database (${physicalName}) is not at hand: its pages were not checked`,
        at: { image: database.image },
    }));
}
function damageText(counts, badPages, findings) {
    if (counts.bad === 0)
        return `damaged: ${findings.find(({ severity }) => severity === 'error').message}`;
    const first = badPages.slice(0, PAGES_IN_SUMMARY).map(({ page }) => page);
    const more = counts.bad > first.length ? `, and ${counts.bad - first.length} more` : '';
    return `damaged: page${counts.bad === 1 ? '' : 's'} ${first.join(', ')}${more}`;
}
function readLog(database, log, findings) {
    if (log === null)
        return null;
    try {
        const state = readLogState(log.map, log.name, database.boot.checkpointLsn);
        if (!state.holdsCheckpoint && !database.boot.cleanShutdown) {
            const message = `${log.name} does not hold the checkpoint ${lsnText(database.boot.checkpointLsn)}: it is not the log of this copy`;
            findings.push({ severity: 'warning', code: 'LDF_OTHER', message, at: { image: log.name } });
        }
        return state;
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        findings.push({ severity: 'warning', code: error.code, message: error.message, at: error.at });
        return null;
    }
}
/** Bad pages one by one, each with what it belongs to. The allocation maps are read only when there are any. */
function nameBadPages(database, bad) {
    const owners = new Map();
    const pages = [];
    for (const { file, page, count, defect } of bad) {
        for (let i = 0; i < count && pages.length < BAD_PAGES_NAMED; i++) {
            pages.push({ file, page: page + i, defect });
            owners.set(addressKey(file, page + i), new Set());
        }
    }
    if (pages.length > 0)
        findOwners(database, owners);
    return pages.map(({ file, page, defect }) => ({
        page: addressText({ file, page }),
        offset: page * PAGE_SIZE,
        defect,
        owners: [...owners.get(addressKey(file, page))].sort(),
    }));
}
function findOwners(database, owners) {
    try {
        const { catalog } = database;
        const names = new Map();
        for (const table of database.tables({ system: true }))
            names.set(table.objectId, table.fullName);
        const rowsets = new Map(catalog.rowsets.map((rowset) => [rowset.id, rowset]));
        for (const unit of catalog.units()) {
            const rowset = rowsets.get(unit.owner);
            const table = rowset === undefined ? undefined : (names.get(rowset.objectId) ?? `object ${rowset.objectId}`);
            if (table === undefined)
                continue;
            const name = rowset.indexId > 1 ? `${table} (index ${rowset.indexId})` : table;
            for (const { file, page } of database.allocation.pagesOf(unit.firstIam))
                owners.get(addressKey(file, page))?.add(name);
        }
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        database.tell(error); // the catalog itself is hit: pages stay without a name
    }
}
