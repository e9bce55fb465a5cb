/**
 * The procedure "native SQL Server backup to a share that DPM protects" as steps with the user's own names: folder, share,
 * script, ScriptingConfig.xml, protection; the mistakes of the printed one put right (the script's path is the one where it
 * was saved, the namespace is the one that DPM reads). Pure.
 */
import type { Finding } from '../errors.ts';
import type { RunbookRule, RunbookStep } from './runbook.ts';
export type NativeBackupFacts = {
    /** The DPM server; the share of the replica is named after it. */
    readonly server: string;
    /** The SQL Server that holds DPMDB; undefined where it is the DPM server itself. */
    readonly sqlServer: string | undefined;
    /** Empty for the default instance. */
    readonly instance: string;
    readonly database: string;
    /** Absolute path of Windows, without a backslash at its end. */
    readonly folder: string;
    readonly share: string;
    readonly version: '2016' | '2019' | '2022' | '2025';
    /** Minutes after which DPM takes the script for failed. */
    readonly timeOut: number;
};
export declare const SCRIPT_FILE = "bkupdb.cmd";
export declare const CONFIG_FILE = "ScriptingConfig.xml";
export declare function scriptPath({ folder }: NativeBackupFacts): string;
/** Where the agent reads its scripts' configuration. */
export declare function configPath({ sqlServer, version }: NativeBackupFacts): string;
/** The script, its lines ended as cmd wants them. `-b` ends it with an error when SQL Server reports one. */
export declare function backupScript({ instance, database, folder }: NativeBackupFacts): string;
/** The agent's configuration with the script in it; `text`: as it is now, null where nobody knows. */
export declare function backupConfig(facts: NativeBackupFacts, text: string | null): string;
/** What would make DPM pass over the script. */
export declare function checkBackupConfig(facts: NativeBackupFacts, text: string): Finding[];
export declare function nativeBackupSteps(facts: NativeBackupFacts): RunbookStep[];
/** `findings`: of the configuration that was written; undefined where none was. */
export declare function nativeBackupRules(facts: NativeBackupFacts, findings?: readonly Finding[]): RunbookRule[];
