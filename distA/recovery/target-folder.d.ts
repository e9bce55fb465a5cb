/**
 * The folder that the user chose: made, filled from staging, and told about in the report. What stands there already is
 * the user's: it is compared, never replaced unasked, and costs only the files it is in the way of.
 */
import { StorageError } from '../errors.ts';
import { type FileReport } from './report.ts';
import { type PublishOptions, type Staging } from './staging.ts';
/** Makes the target; recovered databases are nobody else's business. Returns what is worth warning of. */
export declare function prepareTarget(out: string): string[];
/** Compares staged files with what is in the target already, then publishes the rest. */
export declare function settle(files: readonly FileReport[], staging: Staging, out: string, options: PublishOptions): FileReport[];
/** Whole or not at all; a link under either name is replaced, not followed. */
export declare function writeReport(out: string, parts: Iterable<string>, sync: boolean): void;
/** No file after this one would fit either: the run stops, and what is staged waits for the next one. */
export declare function isTargetFull(error: unknown): boolean;
export declare function targetFull(out: string, error: unknown): StorageError;
