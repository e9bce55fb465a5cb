/**
 * What is wrong with the blocks of a replica's states: each damaged piece of storage once, with all states that read it.
 *
 * Of the damage, DETAILS_MAX blocks are kept with their details; further ones are counted.
 */
import type { BlockRun } from '../copy/block-checker.ts';
import type { RangeOwner } from '../filesystem/file-system.ts';
/** A file of the volume that owns bytes of damaged blocks. */
export type FileHit = Pick<RangeOwner, 'path' | 'part'> & {
    readonly volume: number;
};
export type DamagedBlock = {
    /** Of the virtual disk, bytes. */
    readonly offset: number;
    readonly length: number;
    readonly verdict: 'differs' | 'unreadable';
    /** States that read this block as damaged, oldest first. */
    readonly points: readonly string[];
};
export type DamageLog = {
    readonly blocks: readonly DamagedBlock[];
    /** Blocks that are not listed. */
    readonly more: number;
    /** Files that own bytes of damaged blocks, by the state in which the damage first shows. */
    readonly files: readonly {
        readonly point: string;
        readonly hits: readonly FileHit[];
    }[];
};
export declare class DamageLogs {
    #private;
    forgetAll(): void;
    begin(point: string, blockSize: number, diskSize: number): StateDamage;
    finish(): DamageLog;
}
type Steps = {
    readonly forget: (run: BlockRun) => void;
    readonly bad: (block: number, verdict: DamagedBlock['verdict']) => {
        offset: number;
        length: number;
    };
    readonly end: () => boolean;
    readonly hit: (hits: readonly FileHit[]) => void;
};
/** The damage of one state, while it is verified. */
export declare class StateDamage {
    #private;
    constructor(steps: Steps);
    /** True when no block of the state is damaged; known after `end`. */
    get isSound(): boolean;
    /** These blocks are read in this state: what was known of them is of no use any more. */
    forget(run: BlockRun): void;
    bad(block: number, verdict: DamagedBlock['verdict']): void;
    /** Ranges that are damaged here and were not in the state before, ascending. */
    end(): {
        readonly offset: number;
        readonly length: number;
    }[];
    hit(hits: readonly FileHit[]): void;
}
export {};
