/**
 * What recovery points cost: the bytes that only one of them needs, and what any set of deletions would free. Computed
 * from what each state changed, never from payload.
 *
 * States stand in a row, oldest first, and each takes over from the one before what it did not change. So a stored piece
 * lives from the state that wrote it (its birth) to the last state before it was overwritten (its end), and it can be
 * freed when all states from birth to end are gone. One sweep over all changes in the order of their offsets adds every
 * piece to the sum of its birth and end; all questions are answered from these sums.
 *
 * 1. Time is O(changes * log changes), plus, where many states changed one place, the states that did.
 * 2. Memory is 16 bytes for each changed range and 4 bytes for each pair of states.
 */
/** Bytes of the state's own address space. `isStored` false: the range became zeros that occupy nothing. */
export type ChangedRange = {
    readonly offset: number;
    readonly length: number;
    readonly isStored: boolean;
};
export type StateChanges = {
    readonly id: string;
    /** What differs from the state before, ascending, without overlap. Of the oldest state: all that it stores. */
    readonly ranges: Iterable<ChangedRange>;
};
export declare class PointUsage {
    #private;
    /** Of all states, oldest first. */
    readonly ids: readonly string[];
    /** Bytes that all states occupy together. */
    get total(): number;
    /** Bytes that only this state needs. */
    unique(id: string): number;
    /** Bytes that are freed when all of these states go. */
    freedBy(ids: Iterable<string>): number;
}
/** `states`: oldest first, the live replica last. */
export declare function measureUsage(states: readonly StateChanges[]): PointUsage;
