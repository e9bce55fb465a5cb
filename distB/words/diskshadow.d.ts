/** `diskshadow`: the interpreter. What its lines do to shadow copies is another's: see shadow-actions.ts. */
import { type ParsedWords } from './command-words.ts';
import type { ShadowActions } from './shadow-actions.ts';
import type { WordsContext } from './words-context.ts';
export declare function diskshadow(args: readonly string[], context: WordsContext): Promise<number>;
/** `diskshadow /?` */
export declare function isAskedForHelp(parsed: ParsedWords, { out }: Pick<WordsContext, 'out'>): boolean;
/** A script, or lines of the user's until they end. */
export declare function interpret(parsed: ParsedWords, context: WordsContext, actions: ShadowActions): Promise<number>;
/** Where a log is asked for, what is printed goes behind what is in it already, too. */
export declare function logged(parsed: ParsedWords, context: WordsContext): WordsContext;
