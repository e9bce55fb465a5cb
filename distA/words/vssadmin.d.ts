/** `vssadmin list ...`, over the attached disks and over images and pools. What changes shadow copies is refused. */
import type { WordsContext } from './words-context.ts';
export declare function vssadmin(args: readonly string[], context: WordsContext): Promise<number>;
