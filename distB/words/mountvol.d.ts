/** `mountvol`: volumes at letters and folders. A letter is a folder in the state folder, whose path is printed. */
import type { WordsContext } from './words-context.ts';
export declare function mountvol(args: readonly string[], context: WordsContext): Promise<number>;
