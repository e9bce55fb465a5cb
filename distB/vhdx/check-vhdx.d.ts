/**
 * Verification of a VHDX without reading payload: every BAT entry, every rule that reading does without.
 *
 * 1. Never throws on corruption; a BAT sector that cannot be read is a finding, and the scan goes on behind it.
 * 2. Memory is bounded: one bit for each MiB of the file, in pages, up to USED_PAGES_MAX of them.
 * 3. Of findings of one code the first REPEAT_MAX are told, then their count.
 */
import { type Finding } from '../errors.ts';
import { type Bat } from './bat.ts';
import type { VhdxParts } from './vhdx-parts.ts';
export type BlockStateCounts = {
    notPresent: number;
    undefined: number;
    zero: number;
    unmapped: number;
    fullyPresent: number;
    partiallyPresent: number;
    reserved: number;
    /** Entries that could not be read. */
    unreadable: number;
    sectorBitmaps: number;
};
export declare function countBlockStates(bat: Bat): BlockStateCounts;
/** Everything met while opening, then everything a full scan finds. */
export declare function checkVhdx(parts: VhdxParts, opening: readonly Finding[]): Generator<Finding>;
