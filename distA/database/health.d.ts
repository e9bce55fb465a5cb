/** The health of a database at a locator, together with its log where that is beside it. */
import type { Database } from '../mdf/database.ts';
import { type DatabaseHealth, type LogSource } from '../mdf/health.ts';
import { type DatabaseOptions } from './open-database.ts';
export type HealthCheckOptions = DatabaseOptions & {
    /** Locator of the log; by default it is looked for beside the database. */
    readonly log?: string | undefined;
    /** 1: use no second thread. */
    readonly threads?: 1 | 2 | undefined;
};
/** Reads every allocated page once. Damage is in the result; throws only for what is no readable database at all. */
export declare function databaseHealth(locator: string, options?: HealthCheckOptions): Promise<DatabaseHealth>;
/** Every allocated page of all files that are at hand proves itself; then the verdict. */
export declare function checkDatabase(database: Database, options?: {
    readonly log?: LogSource | null | undefined;
    readonly threads?: 1 | 2 | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
}): Promise<DatabaseHealth>;
