/**
 * A read-only WebDAV server on loopback: for Windows Explorer, Finder, rclone, cadaver and browsers. The secret is a
 * password (Basic), never part of a URL. A Host that is not this machine is refused, so that no web page can reach it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { shownInXml } from "../../base/xml-text.js";
import { StorageError } from "../../errors.js";
import { alignedMemory } from "../../io/aligned-memory.js";
import { failureText, PayloadReader } from "../payload-reader.js";
import { judge } from "./conditions.js";
import { itemOf, itemsIn, namesOf, ORIGIN, urlName, withResource } from "./dav-paths.js";
import { childHref, httpDate, MULTISTATUS_END, MULTISTATUS_START, responseXml, shownMs } from "./propfind.js";
const ALLOWED = 'OPTIONS, GET, HEAD, PROPFIND';
const PIECE_SIZE = 1024 * 1024;
const FLUSH = 64 * 1024;
/** Requests of one connection that wait for their turn; who asks for more without reading an answer is hung up on. */
const WAITING_MAX = 1000;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
export class WebDavServer {
    url;
    #server;
    constructor(server, port) {
        this.#server = server;
        this.url = `http://127.0.0.1:${port}/`;
    }
    static async listen(options) {
        const handler = new Handler(options, new PayloadReader());
        const server = createServer((request, response) => void handler.handle(request, response));
        await new Promise((resolve, reject) => {
            server.once('error', reject);
            server.listen(options.port, '127.0.0.1', resolve);
        });
        const address = server.address();
        return new WebDavServer(server, typeof address === 'object' && address !== null ? address.port : 0);
    }
    async close() {
        this.#server.closeAllConnections();
        await new Promise((resolve) => this.#server.close(() => resolve()));
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
}
class Handler {
    #tree;
    #reader;
    #expected;
    constructor({ tree, user, password }, reader) {
        this.#tree = tree;
        this.#reader = reader;
        this.#expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
    }
    async handle(request, response) {
        request.resume(); // no body is of interest
        if (!(await hasTurn(request, response)))
            return;
        try {
            await this.#answer(request, response);
        }
        catch (error) {
            if (response.headersSent)
                response.destroy();
            else
                end(response, statusOf(error), failureText(error));
        }
    }
    async #answer(request, response) {
        const host = ORIGIN.exec(request.url ?? '')?.groups?.['host'] ?? request.headers.host ?? '';
        if (!LOOPBACK.test(host))
            return end(response, 421, 'this server answers to 127.0.0.1 only');
        if (!timingSafeEqual(digest(request.headers.authorization ?? ''), this.#expected)) {
            response.setHeader('WWW-Authenticate', 'Basic realm="pitvault", charset="UTF-8"');
            return end(response, 401, 'the user and the password that pitvault printed are needed');
        }
        switch (request.method) {
            case 'OPTIONS':
                response.setHeader('DAV', '1');
                response.setHeader('MS-Author-Via', 'DAV');
                response.setHeader('Allow', ALLOWED);
                return end(response, 200, '');
            case 'GET':
            case 'HEAD':
            case 'PROPFIND':
                break;
            default:
                response.setHeader('Allow', ALLOWED);
                return end(response, 405, 'read-only');
        }
        const names = namesOf(request.url ?? '/');
        if (names === null)
            return end(response, 404, 'not found');
        const path = `/${names.map(([name]) => urlName(name)).join('/')}`;
        await withResource(this.#tree, names, (resource) => this.#answerWith(resource, path, request, response));
    }
    async #answerWith(resource, path, request, response) {
        if (resource === null)
            return end(response, 404, 'not found');
        if (request.method === 'PROPFIND')
            return this.#propfind(resource, path, request.headers['depth'], response);
        if (itemOf(resource).isFolder)
            return this.#index(resource, path, request.method === 'HEAD', response);
        return this.#file(resource, request, response);
    }
    async #propfind(resource, path, depth, response) {
        if (depth !== '0' && depth !== '1')
            return end(response, 403, 'PROPFIND takes a depth of 0 or 1');
        const item = itemOf(resource);
        const href = item.isFolder && !path.endsWith('/') ? `${path}/` : path;
        response.writeHead(207, { 'Content-Type': 'application/xml; charset=utf-8' });
        let text = MULTISTATUS_START + responseXml(href, item);
        if (depth === '1' && item.isFolder) {
            for (const child of await itemsIn(resource)) {
                text += responseXml(childHref(href, child), child);
                if (text.length < FLUSH)
                    continue;
                if (!(await written(response, text)))
                    return;
                text = '';
            }
        }
        response.end(text + MULTISTATUS_END);
    }
    /** For browsers. */
    async #index(resource, path, headOnly, response) {
        response.writeHead(200, {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': "default-src 'none'",
        });
        if (headOnly) {
            response.end();
            return;
        }
        let text = `<!doctype html><meta charset="utf-8"><title>pitvault</title><ul>\n`;
        for (const child of await itemsIn(resource)) {
            text += `<li><a href="${shownInXml(childHref(path, child))}">${shownInXml(child.name)}${child.isFolder ? '/' : ''}</a></li>\n`;
            if (text.length < FLUSH)
                continue;
            if (!(await written(response, text)))
                return;
            text = '';
        }
        response.end(`${text}</ul>\n`);
    }
    async #file(resource, request, response) {
        if (resource.kind === 'folder')
            return end(response, 404, 'not found');
        const { fileSystem, entry } = resource;
        const content = fileSystem.open(entry);
        const { tag } = itemOf(resource);
        response.setHeader('Accept-Ranges', 'bytes');
        response.setHeader('ETag', tag);
        response.setHeader('Last-Modified', httpDate(entry.modifiedMs));
        response.setHeader('Content-Type', 'application/octet-stream');
        response.setHeader('X-Content-Type-Options', 'nosniff');
        const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
        const verdict = judge(request.headers, { tag, modifiedMs: shownMs(entry.modifiedMs), size: content.size }, method);
        if (verdict === 304)
            return end(response, 304, '');
        if (verdict === 412)
            return end(response, 412, 'the file is not the one that was asked for');
        if (verdict === 416) {
            response.setHeader('Content-Range', `bytes */${content.size}`);
            return end(response, 416, 'the range is outside the file');
        }
        const { range } = verdict;
        const { start, end: stop } = range ?? { start: 0, end: content.size };
        response.setHeader('Content-Length', stop - start);
        if (range !== null)
            response.setHeader('Content-Range', `bytes ${start}-${stop - 1}/${content.size}`);
        response.writeHead(range === null ? 200 : 206);
        if (method === 'HEAD')
            response.end();
        else
            await this.#send(content, start, stop, response);
    }
    /** While one piece is on its way to the client, the next is read. */
    async #send(content, start, stop, response) {
        const pieces = [alignedMemory(PIECE_SIZE), alignedMemory(PIECE_SIZE)];
        const free = [undefined, undefined];
        for (let at = start, turn = 0; at < stop && !isGone(response); at += PIECE_SIZE, turn ^= 1) {
            await free[turn];
            const piece = pieces[turn].subarray(0, Math.min(PIECE_SIZE, stop - at));
            await this.#reader.fill(content, at, piece);
            free[turn] = written(response, piece);
        }
        await Promise.all(free);
        response.end();
    }
}
/**
 * Resolves when the answers before this one are sent: a client may ask for several things at once on one connection, and
 * whatever is written before its turn waits there, forever where the client has left. False when it has.
 */
async function hasTurn({ socket }, response) {
    if (response.socket !== null)
        return true;
    if (socket.listenerCount('close') > WAITING_MAX)
        socket.destroy();
    if (socket.destroyed)
        return false;
    socket.setMaxListeners(0); // one for each that waits
    return new Promise((resolve) => {
        const settle = () => {
            socket.off('close', settle);
            response.off('socket', settle);
            resolve(response.socket !== null);
        };
        socket.once('close', settle);
        response.once('socket', settle);
    });
}
/** Resolves when the client has taken it, or is gone: then with false, and there is nobody to go on for. */
function written(response, data) {
    return new Promise((resolve) => {
        if (isGone(response))
            resolve(false);
        else
            response.write(data, () => resolve(!isGone(response)));
    });
}
/** What is written then is kept for a connection that never comes, and nobody is called back. */
function isGone({ destroyed, socket }) {
    return destroyed || socket === null || !socket.writable;
}
function end(response, status, text) {
    response.statusCode = status;
    if (text !== '')
        response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(text === '' ? undefined : `${text}\n`);
}
function digest(text) {
    return createHash('sha256').update(text).digest();
}
function statusOf(thrown) {
    if (!StorageError.is(thrown))
        return 500;
    if (thrown.kind === 'not-found')
        return 404;
    return thrown.kind === 'unsupported' ? 403 : 500;
}
