/** The first half of a session: the client chooses export, replies in chunks, and contexts. */
import * as wire from "./wire.js";
/** More than any option needs; a client that sends more is not one. */
const OPTION_MAX = 64 * 1024;
/** Longest read that is answered. */
export const REQUEST_MAX = 32 * 1024 * 1024;
const BLOCK_PREFERRED = 64 * 1024;
export class Negotiation {
    state = 'flags';
    structured = false;
    chosen = [];
    #export;
    #send;
    #noZeroes = false;
    constructor(served, send) {
        this.#export = served;
        this.#send = send;
    }
    /** Takes one message from the input; returns the bytes used, 0 when there is none yet. */
    take(input) {
        if (this.state === 'flags') {
            if (input.length < 4)
                return 0;
            const flags = input.readUInt32BE(0);
            this.#noZeroes = (flags & wire.NO_ZEROES) !== 0;
            // What was not offered is not to be asked for: the protocol has the server hang up.
            this.state = (flags & ~(wire.FIXED_NEWSTYLE | wire.NO_ZEROES)) === 0 ? 'options' : 'closed';
            return 4;
        }
        if (input.length < wire.OPTION_HEADER_SIZE)
            return 0;
        const header = wire.decodeOption(input);
        if (header === null || header.length > OPTION_MAX) {
            this.state = 'closed';
            return input.length;
        }
        const size = wire.OPTION_HEADER_SIZE + header.length;
        if (input.length < size)
            return 0;
        const data = input.subarray(wire.OPTION_HEADER_SIZE, size);
        for (const message of this.#answer(header.option, data))
            this.#send(message);
        return size;
    }
    #answer(option, data) {
        const ack = wire.optionReply(option, wire.OPTION_REPLY.ack);
        const invalid = [wire.optionReply(option, wire.OPTION_REPLY.errorInvalid)];
        switch (option) {
            case wire.OPTION.exportName:
                this.state = this.#isExport(data.toString()) ? 'ready' : 'closed';
                if (this.state === 'closed')
                    return [];
                return [wire.exportNameReply(this.#export.map.size, this.#flags(), !this.#noZeroes)];
            case wire.OPTION.abort:
                this.state = 'closed';
                return [ack];
            case wire.OPTION.list: {
                const name = wire.lengthPrefixed(this.#export.name);
                return data.length > 0 ? invalid : [wire.optionReply(option, wire.OPTION_REPLY.server, name), ack];
            }
            case wire.OPTION.structuredReply:
                if (data.length > 0)
                    return invalid;
                this.structured = true;
                return [ack];
            case wire.OPTION.info:
            case wire.OPTION.go:
                return this.#info(option, data) ?? invalid;
            case wire.OPTION.listMetaContext:
            case wire.OPTION.setMetaContext:
                return this.#metaContext(option, data) ?? invalid;
            default:
                return [wire.optionReply(option, wire.OPTION_REPLY.errorUnsupported)];
        }
    }
    #info(option, data) {
        const length = data.length < 6 ? -1 : data.readUInt32BE(0);
        if (length < 0 || 4 + length + 2 > data.length)
            return null;
        if (!this.#isExport(data.toString('utf8', 4, 4 + length)))
            return [exportUnknown(option)];
        if (option === wire.OPTION.go)
            this.state = 'ready';
        return [
            wire.optionReply(option, wire.OPTION_REPLY.info, wire.exportInfo(this.#export.map.size, this.#flags())),
            wire.optionReply(option, wire.OPTION_REPLY.info, wire.blockSizeInfo(1, BLOCK_PREFERRED, REQUEST_MAX)),
            wire.optionReply(option, wire.OPTION_REPLY.ack),
        ];
    }
    #metaContext(option, data) {
        const listing = option === wire.OPTION.listMetaContext;
        if (!listing)
            this.chosen = []; // what was chosen before does not count any more, also when this is refused
        const queries = this.structured ? decodeQueries(data) : null;
        if (queries === null)
            return null;
        if (!this.#isExport(queries.name))
            return [exportUnknown(option)];
        const found = this.#export.contexts
            .map((context, index) => ({ id: index + 1, context }))
            .filter(({ context }) => matches(context.name, queries.queries, listing));
        if (!listing)
            this.chosen = found;
        const replies = found.map(({ id, context }) => {
            const reply = wire.metaContextReply(listing ? 0 : id, context.name);
            return wire.optionReply(option, wire.OPTION_REPLY.metaContext, reply);
        });
        return [...replies, wire.optionReply(option, wire.OPTION_REPLY.ack)];
    }
    #isExport(name) {
        return name === '' || name === this.#export.name;
    }
    #flags() {
        const { hasFlags, readOnly, sendDf, canMultiConn, sendCache } = wire.TRANSMISSION;
        return hasFlags | readOnly | canMultiConn | sendCache | (this.structured ? sendDf : 0);
    }
}
function exportUnknown(option) {
    return wire.optionReply(option, wire.OPTION_REPLY.errorUnknown);
}
/** A listing without queries asks for all; a query that ends in a colon for all of a namespace. */
function matches(name, queries, listing) {
    if (listing && queries.length === 0)
        return true;
    return queries.some((query) => query === name || (listing && query.endsWith(':') && name.startsWith(query)));
}
function decodeQueries(data) {
    const texts = [];
    let at = 0;
    const text = () => {
        if (at + 4 > data.length)
            return null;
        const end = at + 4 + data.readUInt32BE(at);
        if (end > data.length)
            return null;
        const value = data.toString('utf8', at + 4, end);
        at = end;
        return value;
    };
    const name = text();
    if (name === null || at + 4 > data.length)
        return null;
    const count = data.readUInt32BE(at);
    at += 4;
    for (let index = 0; index < count; index++) {
        const query = text();
        if (query === null)
            return null;
        texts.push(query);
    }
    return at === data.length ? { name, queries: texts } : null;
}
