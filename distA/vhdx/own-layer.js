/** A differencing disk without its parent: what it holds itself, what it says is zero, what it leaves to the parent. */
import { BelowDisk } from "../disk/below-disk.js";
import { isVhdx, VhdxFile } from "./vhdx-file.js";
/** Opens the disk without looking for its parent: what that would give is the leaf BELOW. */
export function openOwnLayer(container, name) {
    return VhdxFile.open(container, {
        name,
        openParent: (request) => new BelowDisk(request),
    });
}
/** DataWriteGuids by which the disk names its parent; none for a disk that has no parent, or is no VHDX. */
export function readParentIdentities(container) {
    if (!isVhdx(container))
        return [];
    let identities = [];
    VhdxFile.open(container, {
        name: '',
        openParent: (request) => {
            identities = request.identities;
            return new BelowDisk(request);
        },
    });
    return identities;
}
