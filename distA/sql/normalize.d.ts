/**
 * Scripts as people paste them, made ready for the parser. Literals and names are taken out and stand in the text by
 * number, so the parser sees keywords, numbers and punctuation only: no name is ever a reserved word to it, no character
 * in a literal ever an escape. What documents do to scripts is undone and noted: `isn't null`, typographic quotes,
 * markdown's `\_` and `**`, `use`, `GO`.
 */
export type Statement = {
    /** `select [0] from [1] where [2] like 's0'`. */
    readonly text: string;
    readonly names: readonly string[];
    readonly literals: readonly string[];
    /** Database of a `use` before it. */
    readonly database: string | null;
    /** Offset in the script of the character at this offset of `text`. */
    readonly sourceOf: (offset: number) => number;
};
export type Script = {
    readonly statements: readonly Statement[];
    readonly notes: readonly string[];
};
/** `server`: what to put for the placeholder of the article's scripts; without it the placeholder stands for any. */
export declare function normalizeScript(script: string, server?: string): Script;
/** The error for what is not understood, with line, column and the place itself. */
export declare function syntaxError(source: string, offset: number, message: string): Error;
