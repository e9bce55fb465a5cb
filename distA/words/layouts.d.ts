/** What the tools print, without their makers' banner: the same lines, indents and words, as far as we have the facts. */
/** As an English Windows prints it: `7/2/2014 8:00:02 PM`, local time. */
export declare function windowsTime(ms: number): string;
export type ShadowLines = {
    readonly id: string;
    readonly setId: string;
    readonly createdMs: number;
    /** Mount point or letter of the original volume, or empty. */
    readonly originalPath: string;
    readonly originalGuid: string;
    readonly device: string;
    readonly originatingMachine: string;
    readonly serviceMachine: string;
    readonly provider: string;
    readonly type: string;
    readonly attributes: readonly string[];
    /** Where it is exposed, or null. */
    readonly exposed: string | null;
    readonly alias?: string | undefined;
};
export declare const NO_ITEMS = "No items found that satisfy the query.";
/** `vssadmin list shadows` */
export declare function vssadminShadows(shadows: readonly ShadowLines[]): string[];
/** One shadow copy as `diskshadow list shadows` prints it. */
export declare function diskshadowShadow(shadow: ShadowLines, setSize: number): string[];
export type VolumeLines = {
    readonly guid: string;
    readonly mountPoints: readonly string[];
};
/** The list below mountvol's usage. */
export declare function mountvolList(volumes: readonly VolumeLines[]): string[];
export type VhdFacts = {
    readonly computerName: string;
    readonly path: string;
    readonly format: string;
    readonly type: string;
    readonly fileSize: number;
    readonly size: number;
    readonly logicalSectorSize: number;
    readonly physicalSectorSize: number;
    readonly blockSize: number;
    readonly parentPath: string;
    readonly diskIdentifier: string;
    readonly diskNumber: number | null;
};
/** `Get-VHD`, as PowerShell lists an object. */
export declare function getVhd(facts: VhdFacts): string[];
