/** LIKE: `%` any run, `_` one character, `[a-z]` and `[^x]` sets; backslash is no escape. */
export declare function likePattern(pattern: string, isCaseSensitive?: boolean): LikePattern;
/**
 * What stands between two `%` has one length, so each part is looked for once, behind the part before it: one expression with
 * a `.*` for each `%` would try every way to share a long text among them, and never end.
 */
export declare class LikePattern {
    #private;
    constructor(pattern: string, flags: string);
    test(text: string): boolean;
}
