/**
 * The scripts to run on a living DPMDB before the disaster: those of the DPM documentation, put right. They also run here
 * (`pitvault sql`), so that a printed script is known to be one.
 */
export declare const SCRIPT_NAMES: readonly ["locate", "version", "tapes"];
export declare const DPM_VERSIONS: readonly ["2016", "2019", "2022", "2025"];
export type ScriptName = (typeof SCRIPT_NAMES)[number];
export type DpmVersion = (typeof DPM_VERSIONS)[number];
export declare const TAPE_SCRIPT = "select ro.Path, ro.FileSpec, media.Label, media.BarcodeValue, pd.CreationDate, pd.ExpiryDate,\n       pd.LifeStatus as \"1=valid, 2=expired\"\nfrom dbo.tbl_MM_MediaMap as mm\njoin dbo.tbl_MM_PhysicalDataset as pd on pd.DatasetId = mm.DatasetId\njoin dbo.tbl_MM_Media as media on media.MediaId = mm.MediaId\njoin dbo.tbl_RM_RecoverableObjectFileSpec as ro on ro.DatasetId = mm.DatasetId\nwhere ro.FileSpec like '%DPMDB%'\norder by pd.CreationDate desc";
export declare const VERSION_SCRIPT = "select distinct MajorVersionNumber, MinorVersionNumber, BuildNumber, FileName\nfrom dbo.tbl_AM_AgentPatch\norder by MajorVersionNumber, MinorVersionNumber, BuildNumber";
/** The script with a comment on top, ready for Management Studio or sqlcmd. Throws kind `invalid-argument` for other names. */
export declare function sqlScript(name: string, version: string): string;
