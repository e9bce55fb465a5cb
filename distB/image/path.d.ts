/** Paths inside a volume, as people write them. */
/** Accepts Windows spellings: backslashes, a drive letter, a missing leading slash. */
export declare function normalizePath(path: string): string;
/** `/a/b.txt:stream` into its file and its stream. */
export declare function splitStream(path: string): {
    file: string;
    stream: string | undefined;
};
