/** The health of a database: is it whole, and does it need its log? */

import type { ErrorCode } from '../error-codes.ts';
import { type Finding, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { lsnText } from './boot-page.ts';
import type { Database } from './database.ts';
import { type LogState, readLogState } from './log-file.ts';
import { addressKey, addressText, PAGE_SIZE } from './page.ts';
import { addCounts, type BadRange, type PageCensus, type PageCounts } from './page-census.ts';
import type { Defect } from './page-facts.ts';

const BAD_PAGES_NAMED = 10_000;
const PAGES_IN_SUMMARY = 5;

export type Verdict = 'clean shutdown' | 'crash-consistent, needs the log' | 'damaged';

export type BadPage = {
  /** `1:264`. */
  readonly page: string;
  readonly offset: number;
  readonly defect: Defect;
  /** Tables and indexes it belongs to, as far as the allocation maps tell. */
  readonly owners: readonly string[];
};

export type DatabaseHealth = {
  readonly verdict: Verdict;
  /** One line: the verdict, and for damage how much and where. */
  readonly summary: string;
  readonly database: string;
  readonly version: number;
  readonly product: string;
  readonly pages: PageCounts;
  /** At most 10,000; `pages.bad` counts all. */
  readonly badPages: readonly BadPage[];
  readonly log: LogState | null;
  readonly findings: readonly Finding[];
};

/** The database's log, when it is at hand. */
export type LogSource = { readonly map: AddressMap; readonly name: string };

/** The verdict from the finished census of each data file that is at hand, the primary one first. */
export function judgeDatabase(
  database: Database,
  censuses: readonly PageCensus[],
  log: LogSource | null = null,
): DatabaseHealth {
  const findings: Finding[] = [];
  for (const census of censuses) judgeFile(database, census, findings);
  findings.push(...absentFiles(database));
  const counts = addCounts(censuses.map((census) => census.counts));
  const bad = censuses.flatMap((census) => census.bad);
  const badPages = nameBadPages(database, bad);
  const state = readLog(database, log, findings);
  const damaged = counts.bad > 0 || findings.some(({ severity }) => severity === 'error');
  const clean = database.boot.cleanShutdown && state?.nothingAfterCheckpoint !== false;
  const verdict: Verdict = damaged ? 'damaged' : clean ? 'clean shutdown' : 'crash-consistent, needs the log';
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
function judgeFile(database: Database, { file, counts, missing, links }: PageCensus, findings: Finding[]): void {
  const source = database.files.get(file)!;
  const { size } = source.map;
  const error = (code: ErrorCode, message: string, offset?: number): void => {
    findings.push({ severity: 'error', code, message, at: { image: source.name, offset } });
  };
  const named = source.header?.size ?? 0;
  if (named > counts.total || missing > 0) {
    const wanted = named > counts.total ? `should have ${named} pages` : `lacks ${missing} pages that are in use`;
    error('MDF_TRUNCATED', `the file ${wanted} and has ${counts.total}: the copy is cut short`, size);
  }
  if (size % PAGE_SIZE !== 0) error('MDF_SIZE', `${size} bytes are no whole number of pages`, size);
  if (counts.gamMismatches > 0)
    error('MDF_GAM_MISMATCH', `${counts.gamMismatches} pages are in use in extents that the allocation map calls free`);
  if (counts.linkMismatches > 0) {
    const { from, to } = links[0]!;
    error('MDF_LINK', `${counts.linkMismatches} pages do not name their neighbours, the first ${to} (beside ${from})`);
  }
}

/** Data files that the catalog knows and nobody gave: what is in them was not looked at. */
function absentFiles(database: Database): Finding[] {
  return database.absentFiles().map(({ fileId, physicalName }) => ({
    severity: 'warning',
    code: 'MDF_FILE_MISSING',
    message: `file ${fileId} of the database (${physicalName}) is not at hand: its pages were not checked`,
    at: { image: database.image },
  }));
}

function damageText(counts: PageCounts, badPages: readonly BadPage[], findings: readonly Finding[]): string {
  if (counts.bad === 0) return `damaged: ${findings.find(({ severity }) => severity === 'error')!.message}`;
  const first = badPages.slice(0, PAGES_IN_SUMMARY).map(({ page }) => page);
  const more = counts.bad > first.length ? `, and ${counts.bad - first.length} more` : '';
  return `damaged: page${counts.bad === 1 ? '' : 's'} ${first.join(', ')}${more}`;
}

function readLog(database: Database, log: LogSource | null, findings: Finding[]): LogState | null {
  if (log === null) return null;
  try {
    const state = readLogState(log.map, log.name, database.boot.checkpointLsn);
    if (!state.holdsCheckpoint && !database.boot.cleanShutdown) {
      const message = `${log.name} does not hold the checkpoint ${lsnText(database.boot.checkpointLsn)}: it is not the log of this copy`;
      findings.push({ severity: 'warning', code: 'LDF_OTHER', message, at: { image: log.name } });
    }
    return state;
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    findings.push({ severity: 'warning', code: error.code, message: error.message, at: error.at });
    return null;
  }
}

/** Bad pages one by one, each with what it belongs to. The allocation maps are read only when there are any. */
function nameBadPages(database: Database, bad: readonly BadRange[]): BadPage[] {
  const owners = new Map<number, Set<string>>();
  const pages: { file: number; page: number; defect: BadPage['defect'] }[] = [];
  for (const { file, page, count, defect } of bad) {
    for (let i = 0; i < count && pages.length < BAD_PAGES_NAMED; i++) {
      pages.push({ file, page: page + i, defect });
      owners.set(addressKey(file, page + i), new Set());
    }
  }
  if (pages.length > 0) findOwners(database, owners);
  return pages.map(({ file, page, defect }) => ({
    page: addressText({ file, page }),
    offset: page * PAGE_SIZE,
    defect,
    owners: [...owners.get(addressKey(file, page))!].sort(),
  }));
}

function findOwners(database: Database, owners: Map<number, Set<string>>): void {
  try {
    const { catalog } = database;
    const names = new Map<number, string>();
    for (const table of database.tables({ system: true })) names.set(table.objectId, table.fullName);
    const rowsets = new Map(catalog.rowsets.map((rowset) => [rowset.id, rowset]));
    for (const unit of catalog.units()) {
      const rowset = rowsets.get(unit.owner);
      const table = rowset === undefined ? undefined : (names.get(rowset.objectId) ?? `object ${rowset.objectId}`);
      if (table === undefined) continue;
      const name = rowset!.indexId > 1 ? `${table} (index ${rowset!.indexId})` : table;
      for (const { file, page } of database.allocation.pagesOf(unit.firstIam))
        owners.get(addressKey(file, page))?.add(name);
    }
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    database.tell(error); // the catalog itself is hit: pages stay without a name
  }
}
