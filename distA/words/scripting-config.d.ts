/**
 * ScriptingConfig.xml: the scripts that a DPM agent runs before and after a backup. Checking tells what would make DPM
 * pass over it in silence; setting changes one data source and leaves every other character as it is.
 */
import { type Finding } from '../errors.ts';
/** What DPM itself writes; its later documents have https, which is read too. */
export declare const NAMESPACE = "http://schemas.microsoft.com/2003/dls/ScriptingConfig.xsd";
/** Of such a file with thousands of data sources, in bytes. */
export declare const CONFIG_SIZE_MAX: number;
export type DatasourceScripts = {
    /** A drive (`C:`), `Instance\Database`, or what else DPM calls the data source. */
    readonly dataSourceName: string;
    readonly preBackupScript?: string | undefined;
    readonly preBackupCommandLine?: string | undefined;
    readonly postBackupScript?: string | undefined;
    readonly postBackupCommandLine?: string | undefined;
    /** Minutes, after which the script counts as failed. */
    readonly timeOut?: number | undefined;
};
/** The data sources in the text. Throws SCRIPTING_CONFIG_XML where it is no such file. */
export declare function readScriptingConfig(text: string): DatasourceScripts[];
export type CheckOptions = {
    /** Where the script was really saved, to compare with. */
    readonly savedScript?: string | undefined;
    /** A path that is protected: its drive is the name the data source must have. */
    readonly protectedPath?: string | undefined;
};
/** What is wrong or doubtful in the file. */
export declare function checkScriptingConfig(text: string, options?: CheckOptions): Finding[];
/** The text with the scripts of one data source set; given elements replace, others stay. Makes the file when `text` is null. */
export declare function setScripts(text: string | null, scripts: DatasourceScripts): string;
