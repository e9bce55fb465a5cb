/**
 * The disk of a file that is being written, as an address map: the reader's block map over the file with the changed
 * pages laid over it. Made anew when metadata has changed since it was last asked.
 */
import { requireRange } from "../map/address-map.js";
import { Bat } from "./bat.js";
import { BlockMap } from "./block-map.js";
import { METADATA_PAGE } from "./metadata-pages.js";
import { TablePages } from "./table-pages.js";
export class CurrentState {
    #session;
    #parent;
    #blocks = null;
    #revision = -1;
    constructor(session, parent) {
        this.#session = session;
        this.#parent = parent;
    }
    resolve(offset, length, at, sink) {
        if (this.#blocks === null || this.#revision !== this.#session.revision) {
            this.#blocks = this.#open();
            this.#revision = this.#session.revision;
        }
        this.#blocks.resolve(offset, length, at, sink);
    }
    #open() {
        const { disk, bat, name } = this.#session.parts;
        const file = new ChangedFile(this.#session.file, this.#session.pages);
        const pages = new TablePages(file);
        return new BlockMap({
            bat: new Bat({ file, pages, region: bat.region, disk, structures: bat.structures, image: name }),
            file,
            pages,
            parent: this.#parent,
            size: disk.virtualDiskSize,
            sectorSize: disk.logicalSectorSize,
        });
    }
}
/** The file with its changed pages. Payload never shares a page with them, so its leaves stay the file's own. */
class ChangedFile {
    what = 'changed page of BAT or sector bitmap';
    #file;
    #pages;
    constructor(file, pages) {
        this.#file = file;
        this.#pages = pages;
    }
    get size() {
        return this.#file.size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        if (this.#pages.dirtyCount === 0 || length > PAYLOAD_MIN) {
            if (length > 0)
                sink.data(at, length, this.#file, offset);
            return;
        }
        for (let position = offset; position < offset + length;) {
            const dirty = this.#isDirty(position);
            let next = position;
            do
                next = Math.min(offset + length, next - (next % METADATA_PAGE) + METADATA_PAGE);
            while (next < offset + length && this.#isDirty(next) === dirty);
            if (dirty)
                sink.computed(at + position - offset, next - position, this, position);
            else
                sink.data(at + position - offset, next - position, this.#file, position);
            position = next;
        }
    }
    read(offset, target) {
        for (let done = 0; done < target.length;) {
            const inPage = (offset + done) % METADATA_PAGE;
            const part = this.#pages.page(offset + done).bytes.subarray(inPage, inPage + target.length - done);
            target.set(part, done);
            done += part.length;
        }
    }
    #isDirty(offset) {
        return this.#pages.isDirty(offset - (offset % METADATA_PAGE));
    }
}
/** Tables are read in pages of 64 KiB; what is longer is payload. */
const PAYLOAD_MIN = 64 * 1024;
