/**
 * A VHDX, open for reading (MS-VHDX 2). Opening reads identifier, headers, log when it is dirty, region tables, metadata:
 * a count of reads that does not depend on the size of the disk. The BAT is read where it is asked about.
 *
 * 1. The container is only ever read. A dirty log is replayed in memory, and region tables, metadata, BAT and bitmaps
 *    are read through the result: any of them may be in the log.
 * 2. Whatever keeps the disk as a whole from being read is thrown by `open`; damage of blocks stays with the blocks.
 */
import { finding, PARENT_LATER } from "../disk/disk-image.js";
import { BlockMap } from "./block-map.js";
import { checkVhdx, countBlockStates } from "./check-vhdx.js";
import { ComposedParents } from "./composed-parents.js";
import { PayloadBlockState, REGION_GUID } from "./format.js";
import { isVhdx, readDataWriteGuid } from "./header.js";
import { LogOverlay } from "./log-overlay.js";
import { readParts } from "./vhdx-parts.js";
export { isVhdx, readDataWriteGuid };
/** What was read of a container whose parent was only asked for: it is opened once more when that is open. */
const asked = new WeakMap();
export class VhdxFile {
    format = 'vhdx';
    type;
    name;
    size;
    logicalSectorSize;
    blockSize;
    parent;
    /** DataWriteGuid: what children of this disk name it by. */
    dataIdentity;
    #parts;
    #blocks;
    #findings;
    #copiesCompared = false;
    /** Throws corrupt or unsupported when the disk cannot be read, and whatever `openParent` throws. */
    static open(container, options) {
        const known = asked.get(container);
        asked.delete(container);
        const findings = known?.findings ?? [];
        const parts = known?.parts ?? readParts(container, options, findings);
        if (parts.locator === null)
            return new VhdxFile(parts, null, findings);
        try {
            return new VhdxFile(parts, openParentOf(parts, parts.locator, options, findings), findings);
        }
        catch (error) {
            if (error === PARENT_LATER)
                asked.set(container, { parts, findings });
            throw error;
        }
    }
    constructor(parts, parent, findings) {
        const { disk, headers, bat, file, pages, name } = parts;
        this.type = disk.hasParent ? 'differencing' : disk.leaveBlockAllocated ? 'fixed' : 'dynamic';
        this.name = name;
        this.size = disk.virtualDiskSize;
        this.logicalSectorSize = disk.logicalSectorSize;
        this.blockSize = disk.blockSize;
        this.parent = parent;
        this.#findings = findings;
        this.dataIdentity = headers.current.dataWriteGuid;
        this.#parts = parts;
        const below = parent instanceof VhdxFile && parent.parent !== null ? new ComposedParents(parent) : parent;
        this.#blocks = new BlockMap({
            bat,
            file,
            pages,
            parent: below,
            size: this.size,
            sectorSize: disk.logicalSectorSize,
        });
    }
    /** Also looks at second copies that opening had no need of, so the first call reads them. */
    get findings() {
        if (!this.#copiesCompared)
            this.#findings.push(...this.#parts.regions.compareCopies());
        this.#copiesCompared = true;
        return this.#findings;
    }
    resolve(offset, length, at, sink) {
        this.#blocks.resolve(offset, length, at, sink);
    }
    /** @internal What this file itself holds; see BlockMap. */
    resolveOwn(offset, length, sink, below) {
        this.#blocks.resolveOwn(offset, length, sink, below);
    }
    describe() {
        const { creator, headers, regions, metadata, disk, locator, bat, container, file } = this.#parts;
        return {
            creator,
            fileSize: container.size,
            ...(file.size === container.size ? {} : { fileSizeAfterReplay: file.size }),
            headers: headers.slots.map(({ offset, header, defect }, index) => ({
                offset,
                current: index === headers.currentIndex,
                ...(header === null ? { defect } : { ...header, sequenceNumber: header.sequenceNumber.toString() }),
            })),
            log: this.#describeLog(),
            regionTableOffset: regions.offset,
            regions: regions.entries.map(({ guid, fileOffset, length, required }) => ({
                guid,
                name: guid === REGION_GUID.bat ? 'BAT' : guid === REGION_GUID.metadata ? 'metadata' : null,
                fileOffset,
                length,
                required,
            })),
            metadataItems: metadata.entries.map(({ itemId, offset, length, isUser, isVirtualDisk, isRequired }) => {
                return { itemId, offset, length, isUser, isVirtualDisk, isRequired };
            }),
            ...disk,
            chunkRatio: bat.geometry.chunkRatio,
            payloadBlocks: bat.geometry.blockCount,
            batEntries: bat.geometry.entryCount,
            ...(locator === null ? {} : { parentLocator: Object.fromEntries(locator.pairs) }),
        };
    }
    /** How many blocks are in each state; reads the whole BAT. */
    countBlockStates() {
        return countBlockStates(this.#parts.bat);
    }
    /** Blocks that are UNDEFINED or UNMAPPED, in order. Reads the whole BAT. Throws what reading it throws. */
    *hollowBlocks() {
        const { bat } = this.#parts;
        for (let block = 0; block < bat.geometry.blockCount; block++) {
            const { state } = bat.entry(bat.payloadIndex(block));
            if (state === PayloadBlockState.Undefined || state === PayloadBlockState.Unmapped)
                yield { block, state };
        }
    }
    check() {
        return checkVhdx(this.#parts, this.findings);
    }
    #describeLog() {
        const { log, file, headers } = this.#parts;
        const { logOffset, logLength, logGuid } = headers.current;
        if (log === null)
            return { state: 'clean', logOffset, logLength };
        if (log.active === null)
            return { state: 'left out', logOffset, logLength };
        const { entries, last } = log.active;
        return {
            state: 'replayed in memory',
            logOffset,
            logLength,
            logGuid,
            entries: entries.length,
            firstSequenceNumber: entries[0].sequenceNumber.toString(),
            lastSequenceNumber: last.sequenceNumber.toString(),
            pages: file instanceof LogOverlay ? file.pageCount : 0,
        };
    }
}
function openParentOf(parts, locator, options, findings) {
    const { name, disk } = parts;
    const parent = options.openParent({
        format: 'vhdx',
        child: name,
        candidates: locator.candidates,
        identities: locator.identities,
        logicalSectorSize: disk.logicalSectorSize,
        size: disk.virtualDiskSize,
    });
    if (parent.size !== disk.virtualDiskSize) {
        const relation = parent.size < disk.virtualDiskSize ? 'smaller; past its end zeros are read' : 'larger';
        const message = `the disk has ${disk.virtualDiskSize} bytes; its parent ${parent.name} has ${parent.size}: ${relation}`;
        findings.push(finding('info', { code: 'VHDX_PARENT_SIZE', message, at: { image: name } }));
    }
    return parent;
}
