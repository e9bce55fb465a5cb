/** Ascending numbers. */
/** Index of the first that is not less than `value`; the length when all are. */
export declare function firstNotBelow(sorted: ArrayLike<number>, value: number): number;
