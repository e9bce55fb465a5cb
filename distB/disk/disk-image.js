/**
 * A virtual disk: what the container formats (VHDX, VHD, raw) implement. It is an address map of the guest's bytes, so a
 * partition table, a volume, a file inside are only further windows on it.
 */
/**
 * Thrown by an `openParent` that only wants to be asked: the same container is opened once more, with its parent, and what
 * was read of it may be kept until then. Made once, since it tells nothing.
 */
export const PARENT_LATER = new Error('the parent is opened later');
/** One rule for all formats: a reader opens what it can and records the rest; `strict` is for `check`. */
export function finding(severity, error, spec) {
    return {
        severity,
        code: error.code,
        message: error.message,
        at: error.at ?? {},
        ...(spec === undefined ? {} : { spec }),
    };
}
