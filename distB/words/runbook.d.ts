/**
 * The procedure "recover the DPM database" as steps with the user's own names, for each kind of storage and version, with
 * the mistakes of the printed procedure put right: the volume name is whole, the order of DpmSync is fixed, the path
 * query has the filters that keep inactive replicas apart. Pure.
 */
export type RunbookFacts = {
    /** FQDN of the DPM server. */
    readonly server: string;
    readonly storage: 'mbs' | 'legacy';
    readonly version: '2016' | '2019' | '2022' | '2025';
    /** What is known of the pool; placeholders stand for the rest. */
    readonly accessPath?: string | undefined;
    readonly replicaId?: string | undefined;
    readonly pointId?: string | undefined;
    readonly databaseFile?: string | undefined;
    /** What pitvault reads, as its command line names it: roots of the pool; the disk of the point. */
    readonly pool?: readonly string[] | undefined;
    readonly disk?: string | undefined;
    /** Of legacy storage the image of the replica volume, and of those that hold its diff area or parts of either. */
    readonly image?: string | undefined;
    readonly furtherImages?: readonly string[] | undefined;
    readonly volume?: string | undefined;
    /** The SQL Server that gets the database, where it is not the DPM server itself; its instance; the database's name there. */
    readonly sqlServer?: string | undefined;
    readonly instance?: string | undefined;
    readonly database?: string | undefined;
};
export type RunbookStep = {
    readonly number: number;
    readonly title: string;
    /** Where it is done. */
    readonly on: 'the DPM server' | 'the SQL Server' | 'any machine that reads the pool';
    /** Commands of Windows. */
    readonly windows: readonly string[];
    /** The same with pitvault, where it needs no Windows. */
    readonly pitvault: readonly string[];
    /** How to see that it worked. */
    readonly verify: string;
};
export type RunbookRule = {
    readonly id: string;
    /** The sentence that it comes from. */
    readonly sentence: string;
    readonly outcome: 'pass' | 'fail' | 'to check';
    readonly detail: string;
};
/**
 * The query that names the replica's path, to be run while the server still works. It names the servers that host databases
 * instead of asking for one: DPMDB may lie on a SQL Server elsewhere. Replicas out of use are told by their Validity, not
 * left out: theirs may be the only points that are left.
 */
export declare function pathQuery({ storage, version }: RunbookFacts): string;
export declare function recoverDpmdbSteps(facts: RunbookFacts): RunbookStep[];
