/**
 * Which footer counts. The footer at the end of the file is the true one; dynamic and differencing disks keep a copy at
 * offset 0, and that stands in where the end is gone or broken: a file that was cut short, or never closed.
 *
 * Invariants:
 * 1. A footer whose checksum fits is preferred to one whose checksum does not, the end to the copy.
 * 2. A footer without a fitting checksum is used when there is no other and the fields that matter are sane; that is said.
 */
import { hex } from "../base/bytes.js";
import { finding } from "../disk/disk-image.js";
import { corrupt, StorageError } from "../errors.js";
import { readBytes } from "../map/read-map.js";
import { DISK_TYPE, decodeFooter, FOOTER_SIZE, FOOTER_SIZE_OLD, VERSION_1_0 } from "./format.js";
const SPEC = 'VHD Hard Disk Footer Format';
/** True when a footer's cookie stands at the end of the container, or its copy's at the start. Reads two sectors. */
export function hasFooter(container) {
    return candidatesOf(container, '').length > 0;
}
/** The footer to go by. Throws `VHD_FOOTER_*` when no copy can be used. */
export function chooseFooter(container, image) {
    const candidates = candidatesOf(container, image);
    const last = candidates.find(({ offset }) => offset > 0);
    const copy = candidates.find(({ offset }) => offset === 0);
    const chosen = candidates.find(({ defect }) => defect === null) ?? candidates.find((candidate) => isCredible(candidate));
    if (chosen === undefined)
        throw last?.defect ?? copy?.defect ?? missing(container, image);
    const findings = [];
    if (chosen.defect !== null)
        findings.push(finding('error', chosen.defect, SPEC));
    if (chosen === copy)
        findings.push(finding('warning', copyUsed(container, last, image), SPEC));
    else if (copy === undefined || copy.defect !== null) {
        if (chosen.footer.diskType !== DISK_TYPE.fixed) {
            findings.push(finding('warning', copy?.defect ?? copyMissing(image), SPEC));
        }
    }
    else if (!isSame(chosen.footer, copy.footer))
        findings.push(finding('warning', copiesDiffer(image), SPEC));
    if (chosen.footer.savedState !== 0)
        findings.push(finding('info', savedState(image, chosen.offset), SPEC));
    return { footer: chosen.footer, offset: chosen.offset, findings };
}
/** What calls itself a footer, the end of the file first. */
function candidatesOf(container, image) {
    const { size } = container;
    const last = readCandidate(container, size - FOOTER_SIZE, FOOTER_SIZE, image) ??
        readCandidate(container, size - FOOTER_SIZE_OLD, FOOTER_SIZE_OLD, image);
    // A fixed disk has no copy: what looks like one is the guest's own, a VHD written to the start of its disk.
    const isFixed = last !== null && last.footer.diskType === DISK_TYPE.fixed && isCredible(last);
    if (isFixed || last?.offset === 0)
        return [last];
    const copy = readCandidate(container, 0, FOOTER_SIZE, image);
    const isCopy = copy !== null && copy.footer.diskType !== DISK_TYPE.fixed;
    return [...(last === null ? [] : [last]), ...(isCopy ? [copy] : [])];
}
function readCandidate(container, offset, length, image) {
    if (offset < 0 || offset + length > container.size)
        return null;
    try {
        const footer = decodeFooter(readBytes(container, offset, length));
        return footer.hasCookie ? { footer, offset, defect: findFooterDefect(footer, image, offset) } : null;
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return null; // an unreadable end leaves the copy
        throw error;
    }
}
/** The first rule that this footer breaks, the checksum last: whatever else is broken weighs more. */
function findFooterDefect(footer, image, offset) {
    const at = { image, structure: 'footer', offset };
    if (footer.fileFormatVersion >>> 16 !== VERSION_1_0 >>> 16) {
        const found = hex(footer.fileFormatVersion);
        return corrupt('VHD_FOOTER_VERSION', `footer at ${hex(offset)} has version ${found}, expected 0x10000`, at);
    }
    if (footer.diskType < DISK_TYPE.fixed || footer.diskType > DISK_TYPE.differencing) {
        const expected = 'expected 2 (fixed), 3 (dynamic) or 4 (differencing)';
        return corrupt('VHD_FOOTER_DISK_TYPE', `footer at ${hex(offset)} has disk type ${footer.diskType}, ${expected}`, at);
    }
    if (!(footer.currentSize > 0)) {
        const found = hex(footer.currentSize);
        return corrupt('VHD_FOOTER_SIZE', `footer at ${hex(offset)} has a disk size of ${found} bytes`, at);
    }
    if (footer.checksum !== footer.checksumComputed) {
        const values = `${hex(footer.checksum)}, computed ${hex(footer.checksumComputed)}`;
        return corrupt('VHD_FOOTER_CHECKSUM', `footer at ${hex(offset)} has checksum ${values}`, at);
    }
    return null;
}
/** Whether a footer is used though its checksum does not fit. A fixed disk's must agree with the size of the file. */
function isCredible({ footer, offset, defect }) {
    if (defect !== null && defect.code !== 'VHD_FOOTER_CHECKSUM')
        return false;
    return footer.diskType !== DISK_TYPE.fixed || defect === null || footer.currentSize === offset;
}
function isSame(a, b) {
    return a.currentSize === b.currentSize && a.diskType === b.diskType && a.uniqueId === b.uniqueId;
}
function missing(container, image) {
    return corrupt('VHD_FOOTER_MISSING', `${image} has no VHD footer, neither at its end nor at its start`, {
        image,
        structure: 'footer',
        offset: Math.max(0, container.size - FOOTER_SIZE),
        hint: 'the copy may be incomplete: compare its size with the original',
    });
}
function copyUsed(container, last, image) {
    const why = last?.defect?.message ?? 'the end of the file holds no footer: it was cut short, or never closed';
    return corrupt('VHD_FOOTER_COPY_USED', `the footer's copy at 0x0 stands in: ${why}`, {
        image,
        structure: 'footer',
        offset: Math.max(0, container.size - FOOTER_SIZE),
    });
}
function copyMissing(image) {
    return corrupt('VHD_FOOTER_COPY_MISSING', "the footer's copy at 0x0 is missing", {
        image,
        structure: 'footer copy',
        offset: 0,
    });
}
function copiesDiffer(image) {
    return corrupt('VHD_FOOTER_COPIES_DIFFER', 'the footer and its copy at 0x0 differ in size, type or id; the footer counts', {
        image,
        structure: 'footer copy',
        offset: 0,
    });
}
function savedState(image, offset) {
    return corrupt('VHD_FOOTER_SAVED_STATE', 'a virtual machine using this disk was in a saved state: its memory holds newer data', {
        image,
        structure: 'footer',
        offset,
    });
}
