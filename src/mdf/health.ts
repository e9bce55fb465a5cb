/** The health of a database: is it whole, and does it need its log? */

import { type Finding, StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { readMap } from '../map/read-map.ts';
import { lsnText } from './boot-page.ts';
import type { Database } from './database.ts';
import { type LogState, readLogState } from './log-file.ts';
import { addressKey, addressText, PAGE_SIZE } from './page.ts';
import { PageCensus, type PageCounts } from './page-census.ts';
import type { PageDefect } from './page-protection.ts';

const BATCH = 128 * PAGE_SIZE;
const BAD_PAGES_NAMED = 10_000;
const PAGES_IN_SUMMARY = 5;

export type Verdict = 'clean shutdown' | 'crash-consistent, needs the log' | 'damaged';

export type BadPage = {
  /** `1:264`. */
  readonly page: string;
  readonly offset: number;
  readonly defect: PageDefect | 'unreadable';
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

export type HealthOptions = {
  /** The database's log, when it is at hand. */
  readonly log?: { readonly map: AddressMap; readonly name: string } | null | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

/** Reads every page of the primary file once, in order, in batches of 1 MiB; yields to the event loop between them. */
export async function checkDatabase(
  database: Database,
  map: AddressMap,
  options: HealthOptions = {},
): Promise<DatabaseHealth> {
  const census = new PageCensus();
  const pages = Math.floor(map.size / PAGE_SIZE);
  const buffer = new Uint8Array(BATCH);
  const words = new Uint32Array(buffer.buffer);
  for (let page = 0; page < pages; ) {
    const count = Math.min(BATCH / PAGE_SIZE, pages - page);
    readPages(map, page, count, buffer, words, census);
    page += count;
    options.onProgress?.(page * PAGE_SIZE, map.size);
    if (page % 2048 === 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
  }
  return judgeDatabase(database, census, map.size, options.log ?? null);
}

function readPages(
  map: AddressMap,
  page: number,
  count: number,
  buffer: Uint8Array,
  words: Uint32Array,
  census: PageCensus,
): void {
  try {
    readMap(map, page * PAGE_SIZE, buffer.subarray(0, count * PAGE_SIZE));
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    if (count === 1) census.unreadable(page, 1);
    else for (let i = 0; i < count; i++) readPages(map, page + i, 1, buffer, words, census);
    return;
  }
  census.feed(words.subarray(0, (count * PAGE_SIZE) / 4), page);
}

/** The verdict from a finished census: of a pass of its own, or of one that copied or hashed the file anyway. */
export function judgeDatabase(
  database: Database,
  census: PageCensus,
  size: number,
  log: HealthOptions['log'] = null,
): DatabaseHealth {
  const findings: Finding[] = [];
  const error = (code: string, message: string, offset?: number): void => {
    findings.push({ severity: 'error', code, message, at: { image: database.image, offset } });
  };
  const { counts } = census;
  const named = database.header?.size ?? 0;
  if (size % PAGE_SIZE !== 0) error('MDF_SIZE', `${size} bytes are no whole number of pages`, size);
  const { missing } = census;
  if (named > counts.total || missing > 0) {
    const wanted = named > counts.total ? `should have ${named} pages` : `lacks ${missing} pages that are in use`;
    error('MDF_TRUNCATED', `the file ${wanted} and has ${counts.total}: the copy is cut short`, size);
  }
  if (counts.gamMismatches > 0)
    error('MDF_GAM_MISMATCH', `${counts.gamMismatches} pages are in use in extents that the allocation map calls free`);
  if (counts.linkMismatches > 0) {
    const { from, to } = census.links[0]!;
    error('MDF_LINK', `${counts.linkMismatches} pages do not name their neighbours, the first ${to} (beside ${from})`);
  }
  const badPages = nameBadPages(database, census);
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

function damageText(counts: PageCounts, badPages: readonly BadPage[], findings: readonly Finding[]): string {
  if (counts.bad === 0) return `damaged: ${findings.find(({ severity }) => severity === 'error')!.message}`;
  const first = badPages.slice(0, PAGES_IN_SUMMARY).map(({ page }) => page);
  const more = counts.bad > first.length ? `, and ${counts.bad - first.length} more` : '';
  return `damaged: page${counts.bad === 1 ? '' : 's'} ${first.join(', ')}${more}`;
}

function readLog(database: Database, log: HealthOptions['log'], findings: Finding[]): LogState | null {
  if (log == null) return null;
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
function nameBadPages(database: Database, census: PageCensus): BadPage[] {
  const owners = new Map<number, Set<string>>();
  const pages: { file: number; page: number; defect: BadPage['defect'] }[] = [];
  for (const { file, page, count, defect } of census.bad) {
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
