/** Stands in for a parent that is not asked: what a child takes from it is a computed leaf of `BELOW`. */
import { unsupported } from "../errors.js";
import { unreadable } from "../map/address-map.js";
/** The leaf that marks what belongs to the parent; reading it throws. */
export const BELOW = unreadable(unsupported('PARENT_NOT_ASKED', 'this range belongs to the parent'));
export class BelowDisk {
    format = 'vhdx';
    type = 'dynamic';
    name = 'parent';
    blockSize = null;
    parent = null;
    findings = [];
    dataIdentity = null;
    size;
    logicalSectorSize;
    /** `size`: the parent's; past its end a larger child reads zeros. */
    constructor({ size, logicalSectorSize }) {
        this.size = size;
        this.logicalSectorSize = logicalSectorSize;
    }
    resolve(offset, length, at, sink) {
        if (length > 0)
            sink.computed(at, length, BELOW, offset);
    }
    describe() {
        return {};
    }
    check() {
        return [];
    }
}
