/** `mount-vhd`, `dismount-vhd`, `get-vhd`, `test-vhd`: PowerShell's words for virtual disks, always read-only. */
import type { WordsContext } from './words-context.ts';
/** Attaches a disk: its volumes and shadow copies are known to mountvol, vssadmin and diskshadow from then on. */
export declare function mountVhd(args: readonly string[], context: WordsContext): Promise<number>;
/** Detaches a disk; what of it is exposed at letters or folders is taken back first. */
export declare function dismountVhd(args: readonly string[], context: WordsContext): Promise<number>;
export declare function getVhdWord(args: readonly string[], context: WordsContext): Promise<number>;
/** `True` when the whole chain opens and every structure of it holds; else says what is wrong, and `False`. */
export declare function testVhd(args: readonly string[], context: WordsContext): Promise<number>;
/** The lines of Get-VHD, from the image itself. */
export declare function describe(path: string, diskNumber: number | null, context: WordsContext): Promise<string[]>;
