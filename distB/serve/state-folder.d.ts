/**
 * Where running mounts and attached disks are remembered: `PITVAULT_STATE`, else `$XDG_STATE_HOME/pitvault`; on Windows
 * `%LOCALAPPDATA%\pitvault`. A relative XDG_STATE_HOME is none, as its specification has it: each folder would have a memory of its own.
 */
export declare function stateFolder(environment?: NodeJS.ProcessEnv): string;
/** A folder below the state folder, made for its owner alone when it is missing. */
export declare function stateSubfolder(name: string): string;
