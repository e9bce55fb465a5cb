/** A query as values: what is understood of SQL here, and nothing else. */
/** The parts of a condition that must all hold. */
export function conjuncts(condition) {
    if (condition === null)
        return [];
    return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}
