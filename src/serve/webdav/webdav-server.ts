/**
 * A read-only WebDAV server on loopback: for Windows Explorer, Finder, rclone, cadaver and browsers. The secret is a
 * password (Basic), never part of a URL. A Host that is not this machine is refused, so that no web page can reach it.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { shownInXml } from '../../base/xml-text.ts';
import { StorageError } from '../../errors.ts';
import { alignedMemory } from '../../io/aligned-memory.ts';
import type { AddressMap } from '../../map/address-map.ts';
import { failureText, PayloadReader } from '../payload-reader.ts';
import type { ServedTree } from '../served-tree.ts';
import { judge } from './conditions.ts';
import { itemOf, itemsIn, namesOf, ORIGIN, type Resource, urlName, withResource } from './dav-paths.ts';
import {
  childHref,
  descriptionXml,
  httpDate,
  MULTISTATUS_END,
  MULTISTATUS_START,
  responseXml,
  shownMs,
} from './propfind.ts';

export type WebDavOptions = {
  readonly tree: ServedTree;
  /** 0: any free one. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
};

const INDEX_START = `<!doctype html><meta charset="utf-8"><title>pitvault</title><ul>\n`;
const ALLOWED = 'OPTIONS, GET, HEAD, PROPFIND';
const PIECE_SIZE = 1024 * 1024;
/** Answers at once that have pieces of that size; those of more have small ones, as each may lie with a client that waits. */
const LARGE_MAX = 16;
const PIECE_SIZE_SMALL = 64 * 1024;
/** A path of 32,767 characters, of nine bytes each in a URL, and the headers. */
const HEADERS_MAX = 320 * 1024;
const FLUSH = 64 * 1024;
/** Requests of one connection that wait for their turn; who asks for more without reading an answer is hung up on. */
const WAITING_MAX = 1000;
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

export class WebDavServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async listen(options: WebDavOptions): Promise<WebDavServer> {
    const handler = new Handler(options, new PayloadReader());
    const server = createServer(
      { maxHeaderSize: HEADERS_MAX },
      (request, response) => void handler.handle(request, response),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
    const address = server.address();
    return new WebDavServer(server, typeof address === 'object' && address !== null ? address.port : 0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

class Handler {
  readonly #tree: ServedTree;
  readonly #reader: PayloadReader;
  readonly #expected: Buffer;
  #sending = 0;

  constructor({ tree, user, password }: WebDavOptions, reader: PayloadReader) {
    this.#tree = tree;
    this.#reader = reader;
    this.#expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume(); // no body is of interest
    if (!(await hasTurn(request, response))) return;
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else end(response, statusOf(error), failureText(error));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = ORIGIN.exec(request.url ?? '')?.groups?.['host'] ?? request.headers.host ?? '';
    if (!LOOPBACK.test(host)) return end(response, 421, 'this server answers to 127.0.0.1 only');
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
    if (names === null) return end(response, 404, 'not found');
    const path = `/${names.map(([name]) => urlName(name!)).join('/')}`;
    await withResource(this.#tree, names, (resource) => this.#answerWith(resource, path, request, response));
  }

  async #answerWith(
    resource: Resource | null,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (resource === null) return end(response, 404, 'not found');
    if (request.method === 'PROPFIND') return this.#propfind(resource, path, request.headers['depth'], response);
    if (itemOf(resource).isFolder) return this.#index(resource, path, request.method === 'HEAD', response);
    return this.#file(resource, request, response);
  }

  async #propfind(resource: Resource, path: string, depth: unknown, response: ServerResponse): Promise<void> {
    if (depth !== '0' && depth !== '1') return end(response, 403, 'PROPFIND takes a depth of 0 or 1');
    const item = itemOf(resource);
    const href = item.isFolder && !path.endsWith('/') ? `${path}/` : path;
    response.statusCode = 207; // sent with the first piece: damage that is met before has a status of its own
    response.setHeader('Content-Type', 'application/xml; charset=utf-8');
    let text = MULTISTATUS_START + responseXml(href, item);
    if (depth === '1' && item.isFolder) {
      try {
        for (const child of await itemsIn(resource)) {
          text += responseXml(childHref(href, child), child);
          if (text.length < FLUSH) continue;
          if (!(await written(response, text))) return;
          text = '';
        }
      } catch (error) {
        // A client that meets an error shows nothing of the folder, which would cost the names that are left.
        if (!isShort(error)) throw error;
        text += descriptionXml(error.message);
      }
    }
    response.end(text + MULTISTATUS_END);
  }

  /** For browsers. */
  async #index(resource: Resource, path: string, headOnly: boolean, response: ServerResponse): Promise<void> {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', "default-src 'none'");
    if (headOnly) {
      response.end();
      return;
    }
    let text = INDEX_START;
    try {
      for (const child of await itemsIn(resource)) {
        text += `<li><a href="${shownInXml(childHref(path, child))}">${shownInXml(child.name)}${child.isFolder ? '/' : ''}</a></li>\n`;
        if (text.length < FLUSH) continue;
        if (!(await written(response, text))) return;
        text = '';
      }
    } catch (error) {
      if (!isShort(error)) throw error;
      text += `<li>${shownInXml(error.message)}</li>\n`;
    }
    response.end(`${text}</ul>\n`);
  }

  async #file(resource: Resource, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (resource.kind === 'folder') return end(response, 404, 'not found');
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
    if (verdict === 304) return end(response, 304, '');
    if (verdict === 412) return end(response, 412, 'the file is not the one that was asked for');
    if (verdict === 416) {
      response.setHeader('Content-Range', `bytes */${content.size}`);
      return end(response, 416, 'the range is outside the file');
    }
    const { range } = verdict;
    const { start, end: stop } = range ?? { start: 0, end: content.size };
    response.setHeader('Content-Length', stop - start);
    if (range !== null) response.setHeader('Content-Range', `bytes ${start}-${stop - 1}/${content.size}`);
    response.writeHead(range === null ? 200 : 206);
    if (method === 'HEAD') response.end();
    else await this.#send(content, start, stop, response).finally(() => this.#sending--);
  }

  /** While one piece is on its way to the client, the next is read. */
  async #send(content: AddressMap, start: number, stop: number, response: ServerResponse): Promise<void> {
    const size = ++this.#sending > LARGE_MAX ? PIECE_SIZE_SMALL : PIECE_SIZE;
    const pieces = [alignedMemory(size), alignedMemory(size)];
    const free: (Promise<boolean> | undefined)[] = [undefined, undefined];
    for (let at = start, turn = 0; at < stop && !isGone(response); at += size, turn ^= 1) {
      await free[turn];
      const piece = pieces[turn]!.subarray(0, Math.min(size, stop - at));
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
async function hasTurn({ socket }: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (response.socket !== null) return true;
  if (socket.listenerCount('close') > WAITING_MAX) socket.destroy();
  if (socket.destroyed) return false;
  socket.setMaxListeners(0); // one for each that waits
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('close', settle);
      response.off('socket', settle);
      resolve(response.socket !== null);
    };
    socket.once('close', settle);
    response.once('socket', settle);
  });
}

/** Resolves when the client has taken it, or is gone: then with false, and there is nobody to go on for. */
function written(response: ServerResponse, data: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (isGone(response)) resolve(false);
    else response.write(data, () => resolve(!isGone(response)));
  });
}

/** What is written then is kept for a connection that never comes, and nobody is called back. */
function isGone({ destroyed, socket }: ServerResponse): boolean {
  return destroyed || socket === null || !socket.writable;
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  if (text !== '') response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(text === '' ? undefined : `${text}\n`);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What a listing ends with from which names may be missing, behind those that are left. */
function isShort(error: unknown): error is StorageError {
  return StorageError.is(error) && error.code === 'NTFS_NAMES_LOST';
}

function statusOf(thrown: unknown): number {
  if (!StorageError.is(thrown)) return 500;
  if (thrown.kind === 'not-found') return 404;
  return thrown.kind === 'unsupported' ? 403 : 500;
}
