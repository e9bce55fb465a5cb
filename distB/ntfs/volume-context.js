/** What every NTFS structure needs to know of its volume, and the bounded list of what was met on the way. */
/** Where something is: the structure in the format's words, the absolute byte in the volume. */
export function placeIn(context, structure, offset) {
    return { image: context.name, structure, offset };
}
/** The place of an error's details, with what the user can do next. */
export function detailsIn(context, structure, offset, hint) {
    return { image: context.name, structure, offset, hint };
}
const FINDINGS_MAX = 1000;
/**
 * Findings, each told once, at most FINDINGS_MAX of them: a volume full of damage may not fill the memory with reports
 * about it. What comes after is counted by one last finding.
 */
export class FindingLog {
    list = [];
    #seen = new Set();
    add(severity, code, message, at, spec) {
        const key = `${code}@${at.structure}@${at.offset}`;
        if (this.#seen.size >= FINDINGS_MAX || this.#seen.has(key))
            return;
        this.#seen.add(key);
        this.list.push({ severity, code, message, at, ...(spec === undefined ? {} : { spec }) });
        if (this.#seen.size === FINDINGS_MAX) {
            const full = `more than ${FINDINGS_MAX} findings: the rest is not listed`;
            this.list.push({ severity: 'warning', code: 'NTFS_FINDINGS_FULL', message: full, at: { image: at.image } });
        }
    }
    /** An error that was stepped over; `consequence` says what was done instead. */
    addError(error, consequence, severity = 'error') {
        this.add(severity, error.code, `${error.message}; ${consequence}`, error.at);
    }
}
