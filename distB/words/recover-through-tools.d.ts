/**
 * DPMDB out of a shadow copy of this Windows machine's replica volume, step by step through its own tools: list, expose,
 * copy with backup rights, compare, unexpose. The shadow copy is exposed while this runs and no longer, however it ends.
 * Run again it goes on: what is there and unchanged is not copied again.
 */
import type { HostShadow, HostTools } from './host-tools.ts';
export type ToolsRecovery = {
    /** `\\?\Volume{GuidName}\` */
    readonly volume: string;
    /** Shadow copy ID; the newest that is old enough without one. */
    readonly shadow?: string | undefined;
    /** Local time as ISO 8601 without an offset: the newest shadow copy made at or before it. */
    readonly atLocal?: string | undefined;
    readonly out: string;
    readonly onStep: (what: string) => void;
    /** Files below a folder, their paths relative to it. */
    readonly filesBelow: (folder: string) => Promise<readonly string[]>;
    /** SHA-256 of a file of the machine; null where there is none. */
    readonly hash: (folder: string, path: string) => Promise<string | null>;
    /** Whether robocopy was interrupted in the midst of this copy. */
    readonly isCutShort: (path: string) => boolean;
};
export type ToolsRecovered = {
    readonly shadow: HostShadow;
    readonly files: readonly {
        readonly path: string;
        readonly sha256: string;
    }[];
    /** Other shadow copies that somebody has left exposed. */
    readonly dangling: readonly string[];
};
/** The database and its log, whatever they are called: `MSDPM2012$DPMDB.mdf`, `MSDPM2012$DPMDB_SERVER_log.ldf`. */
export declare const DPMDB_FILES: readonly ["*DPMDB*.mdf", "*DPMDB*.ldf"];
export declare function recoverThroughTools(tools: HostTools, request: ToolsRecovery): Promise<ToolsRecovered>;
/** Times are printed in the style of the machine: where day and month cannot be told apart, only an ID is sure. */
export declare function chooseHostShadow(shadows: readonly HostShadow[], { shadow, atLocal, volume }: Pick<ToolsRecovery, 'shadow' | 'atLocal' | 'volume'>): HostShadow;
