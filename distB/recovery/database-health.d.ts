/** The health of every database that a recovery wrote. A bad verdict is told loudly and never stops the copy. */
import type { DatabaseHealth } from '../mdf/health.ts';
import type { FileReport } from './report.ts';
/** What the report keeps of it. */
export type DatabaseReport = Pick<DatabaseHealth, 'verdict' | 'summary' | 'database' | 'product' | 'pages'> & {
    /** At most twenty; `pages.bad` counts all. */
    readonly badPages: DatabaseHealth['badPages'];
    readonly log: DatabaseHealth['log'];
};
export type HealthOptions = {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
/** Reads the written files, not the source, and looks for each log beside its database. */
export declare function checkDatabases(files: readonly FileReport[], out: string, warnings: string[], options: HealthOptions): Promise<FileReport[]>;
