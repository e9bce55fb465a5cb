/** The words on a Windows machine: the same grammar and refusals, over its own tools instead of images. */
import type { HostTools } from './host-tools.ts';
import type { WordsContext } from './words-context.ts';
export type HostWord = (args: readonly string[], context: WordsContext, tools: HostTools) => Promise<number>;
export declare const HOST_WORDS: Readonly<Record<string, HostWord>>;
