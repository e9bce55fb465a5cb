/** Ascending numbers. */
/** Index of the first that is not less than `value`; the length when all are. */
export function firstNotBelow(sorted, value) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
