/** The health of a database: is it whole, and does it need its log? */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { Database } from './database.ts';
import { type LogState } from './log-file.ts';
import { type PageCensus, type PageCounts } from './page-census.ts';
import type { Defect } from './page-facts.ts';
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
export type LogSource = {
    readonly map: AddressMap;
    readonly name: string;
};
/** The verdict from the finished census of each data file that is at hand, the primary one first. */
export declare function judgeDatabase(database: Database, censuses: readonly PageCensus[], log?: LogSource | null): DatabaseHealth;
