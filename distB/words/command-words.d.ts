/**
 * Command lines as Windows writes them: `-Switch`, `-Name value`, `/switch`, `/name=value`, in any case; everything else
 * is a word. One parser for all of the admin's words, in place of the framework's.
 */
export type WordsSpec = {
    /** As usage shows it. */
    readonly usage: string;
    readonly switches?: readonly string[];
    /** Names that take a value, as the next word or after `=` or `:`. */
    readonly values?: readonly string[];
    /** Of these, those that may be given several times. */
    readonly repeated?: readonly string[];
    /** Names may be cut short, and switches have a value after a colon: `-Read`, `-Confirm:$false`. What begins with a slash is a path. */
    readonly isPowerShell?: boolean;
    /** What begins with a slash and is no name of an option is a path: `/mnt`. */
    readonly takesPlaces?: boolean;
    readonly least: number;
    readonly most: number;
};
export type ParsedWords = {
    readonly words: readonly string[];
    has(name: string): boolean;
    /** The last value given. */
    value(name: string): string | undefined;
    all(name: string): readonly string[];
};
export declare function parseWords(args: readonly string[], spec: WordsSpec): ParsedWords;
export declare function usage(spec: WordsSpec, message: string): Error;
