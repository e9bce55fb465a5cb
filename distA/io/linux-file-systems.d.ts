/** Linux names its file systems to programs by number: `f_type` of statfs(2). Those a pool may lie on. */
export declare const LINUX_FILE_SYSTEMS: ReadonlyMap<number, string>;
