/**
 * The changes as a differencing VHDX: A is its parent, B is what it reads as. Built under a temporary name, renamed when
 * it is whole and durable.
 */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { alignDown, alignUp } from "../base/bytes.js";
import { PIECE_SIZE } from "../copy/batch.js";
import { asStorageError, invalidArgument, StorageError, unsupported } from "../errors.js";
import { alignedMemory } from "../io/aligned-memory.js";
import { DiskStore } from "../io/disk-store.js";
import { publishNew } from "../io/publish-new.js";
import { readMap } from "../map/read-map.js";
import { buildVhdx } from "../vhdx/vhdx-builder.js";
export class ChildWriter {
    path;
    /** Bytes written. */
    written = 0;
    #partial;
    #store = new DiskStore();
    #after;
    #writer;
    #buffer = alignedMemory(PIECE_SIZE);
    #end = 0;
    /** `parentPath`: of the file that holds `before`. Throws where it cannot be a parent, and when `path` exists. */
    constructor(path, before, parentPath, after) {
        if (before.format !== 'vhdx' || before.dataIdentity === null || parentPath === null) {
            throw unsupported('DIFF_PARENT_FORMAT', `${before.name} cannot be a parent: it is no VHDX file of its own`, {
                image: before.name,
                hint: 'convert it to VHDX first, and compare with that',
            });
        }
        this.path = path;
        this.#requireFree();
        const sector = before.logicalSectorSize;
        if (after.size % sector !== 0) {
            const message = `${after.name} has ${after.size} bytes: a child of ${before.name} has whole sectors of ${sector}`;
            throw invalidArgument('DIFF_CHILD_SIZE', message, {
                image: after.name,
                hint: 'leave out --out: the diff itself works',
            });
        }
        this.#after = after;
        const folder = dirname(resolve(path));
        this.#partial = join(folder, `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}.partial`);
        const relativePath = relative(folder, resolve(parentPath)).replaceAll('/', '\\');
        const { virtualDiskId } = before.describe();
        this.#writer = buildVhdx(this.#store.create(this.#partial), {
            size: after.size,
            type: 'differencing',
            logicalSectorSize: sector === 4096 ? 4096 : 512,
            parent: {
                identity: before.dataIdentity,
                relativePath: relativePath.startsWith('..') ? relativePath : `.\\${relativePath}`,
            },
            ...(virtualDiskId === undefined ? {} : { virtualDiskId }),
        }, { name: path });
    }
    /** Takes over what B has in this range. Ranges ascend. */
    take = ({ offset, length }) => {
        const sector = this.#writer.logicalSectorSize;
        const end = Math.min(this.#after.size, alignUp(offset + length, sector));
        let at = Math.max(this.#end, alignDown(offset, sector));
        this.#end = Math.max(this.#end, end);
        while (at < end) {
            const part = this.#buffer.subarray(0, Math.min(this.#buffer.length, end - at));
            readMap(this.#after, at, part); // throws where B cannot be read: a child that reads otherwise would be a lie
            this.#writer.write(at, part);
            this.written += part.length;
            at += part.length;
        }
    };
    /** Makes the file durable and gives it its name. */
    finish() {
        try {
            this.#writer.close();
            publishNew(this.#store, this.#partial, this.path, () => this.#requireFree());
        }
        catch (error) {
            this.abandon();
            throw asStorageError(error, { image: this.path });
        }
        this.#store.syncFolder(dirname(resolve(this.path)));
    }
    /** Leaves nothing behind. */
    abandon() {
        this.#writer.abandon();
        if (this.#store.exists(this.#partial))
            this.#store.unlink(this.#partial);
    }
    #requireFree() {
        if (!this.#store.exists(this.path))
            return;
        throw new StorageError('conflict', 'TARGET_EXISTS', `${this.path} exists already`, {
            image: this.path,
            hint: 'choose another --out',
        });
    }
}
