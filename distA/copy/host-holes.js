/** A map that knows the holes of the files it lives in: what the host stores nowhere are zeros, as the format's own are. */
/** Shorter data is not asked about: a question costs as much as reading it. */
const ASK_MIN = 256 * 1024;
/** A question looks this far: whoever reads in small pieces from several places is answered once for many of them. */
const LOOK_AHEAD = 64 * 1024 * 1024;
const KNOWN_MAX = 8;
export class HostHoleMap {
    size;
    #below;
    #host;
    #known = [];
    constructor(below, host) {
        this.size = below.size;
        this.#below = below;
        this.#host = host;
    }
    resolve(offset, length, at, sink) {
        this.#below.resolve(offset, length, at, new Splitter(sink, this.#host, this.#known));
    }
}
class Splitter {
    #sink;
    #host;
    #known;
    constructor(sink, host, known) {
        this.#sink = sink;
        this.#host = host;
        this.#known = known;
    }
    data(at, length, file, fileOffset) {
        const end = fileOffset + length;
        const open = length < ASK_MIN || this.#isKnown(file, fileOffset, end) ? undefined : file.host;
        const ranges = open === undefined ? null : this.#host.dataRanges(open, fileOffset, fileOffset + Math.max(length, LOOK_AHEAD));
        if (ranges === null) {
            this.#sink.data(at, length, file, fileOffset);
            return;
        }
        let position = fileOffset;
        const zeroTo = (to) => {
            if (to > position)
                this.#sink.zero(at + position - fileOffset, to - position);
        };
        for (const { offset, length: found } of ranges) {
            if (offset >= end)
                break;
            this.#remember({ file, start: offset, end: offset + found });
            zeroTo(offset);
            position = Math.min(end, offset + found);
            this.#sink.data(at + offset - fileOffset, position - offset, file, offset);
            if (position === end)
                break;
        }
        zeroTo(end);
    }
    #isKnown(file, start, end) {
        return this.#known.some((data) => data.file === file && data.start <= start && end <= data.end);
    }
    #remember(data) {
        this.#known.push(data);
        if (this.#known.length > KNOWN_MAX)
            this.#known.shift();
    }
    zero(at, length) {
        this.#sink.zero(at, length);
    }
    computed(at, length, source, sourceOffset) {
        this.#sink.computed(at, length, source, sourceOffset);
    }
}
