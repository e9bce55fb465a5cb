/** The language of diskshadow: lines of words, comments, aliases in percent signs; every command of it is understood. */
export type DiskshadowCommand = {
    readonly verb: 'set';
    readonly what: 'all';
} | {
    readonly verb: 'set';
    readonly what: 'context' | 'option';
    readonly values: readonly string[];
} | {
    readonly verb: 'set';
    readonly what: 'verbose';
    readonly on: boolean;
} | {
    readonly verb: 'set';
    readonly what: 'metadata';
    readonly path: string;
} | {
    readonly verb: 'load';
    readonly what: 'metadata';
    readonly path: string;
} | {
    readonly verb: 'writer';
    readonly action: 'verify' | 'exclude';
    readonly name: string;
} | {
    readonly verb: 'add';
    readonly what: 'list';
} | {
    readonly verb: 'add';
    readonly what: 'volume';
    readonly volume: string;
    readonly alias?: string;
    readonly provider?: string;
} | {
    readonly verb: 'add';
    readonly what: 'alias';
    readonly name: string;
    readonly value: string;
} | {
    readonly verb: 'create' | 'import' | 'reset' | 'help';
} | {
    readonly verb: 'exit';
} | {
    readonly verb: 'revert' | 'mask';
    readonly id: string;
} | {
    readonly verb: 'break';
    readonly writable: boolean;
    readonly id: string;
} | {
    readonly verb: 'begin' | 'end';
    readonly what: 'backup' | 'restore';
} | {
    readonly verb: 'simulate';
} | {
    readonly verb: 'expose';
    readonly id: string;
    readonly place: string;
} | {
    readonly verb: 'unexpose';
    readonly place: string;
} | {
    readonly verb: 'list';
    readonly what: 'writers';
    readonly detail: string;
} | {
    readonly verb: 'list';
    readonly what: 'providers';
} | {
    readonly verb: 'list';
    readonly what: 'shadows';
    readonly by: 'all' | 'set' | 'id';
    readonly id: string;
} | {
    readonly verb: 'delete';
    readonly what: readonly string[];
} | {
    readonly verb: 'exec';
    readonly file: string;
};
export type ScriptLine = {
    readonly number: number;
    readonly text: string;
};
/** The lines of a script: LF and CRLF, no comments, no empty lines; `number` counts all. */
export declare function scriptLines(text: string): ScriptLine[];
/** Words of a line; quotes keep blanks together, a `#` after a blank starts a comment. */
export declare function splitWords(line: string): string[];
/** Puts the values of aliases in place of `%NAME%`; what has no value stays as it is. */
export declare function substitute(line: string, aliases: ReadonlyMap<string, string>): string;
/** Understands a line, or throws the usage of the command that it should be. */
export declare function parseDiskshadow(line: string): DiskshadowCommand;
