/** An NBD server on a Unix socket that only its owner can open, or on loopback. Read-only. */

import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { asStorageError, invalidArgument, StorageError } from '../../errors.ts';
import { PayloadReader } from '../payload-reader.ts';
import type { NbdExport } from './meta-context.ts';
import { NbdSession, PIECES_SPARE } from './nbd-session.ts';

export type NbdAddress =
  | { readonly socket: string }
  /** Port 0: any free one. */
  | { readonly port: number };

/** At once; more are hung up on. Clients that copy use a dozen, and each costs a MiB, some a few (nbd-session.ts). */
const CLIENTS_MAX = 64;

/** Bytes of a socket's name, without the NUL behind it: a longer one is cut, and another file made. */
const NAME_MAX = process.platform === 'darwin' ? 103 : 107;

export class NbdServer implements AsyncDisposable {
  /** As clients write it. */
  readonly uri: string;
  readonly #close: () => Promise<void>;

  private constructor(uri: string, close: () => Promise<void>) {
    this.uri = uri;
    this.#close = close;
  }

  static async listen(served: NbdExport, address: NbdAddress): Promise<NbdServer> {
    const reader = new PayloadReader();
    const spare = { pieces: PIECES_SPARE };
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      new NbdSession(socket, served, reader, spare);
    });
    server.maxConnections = CLIENTS_MAX;
    const path = 'socket' in address ? address.socket : null;
    if (path !== null) await refuseOther(path);
    const before = process.umask(0o177); // the socket is made with 0600, not made and then changed
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        if (path !== null) server.listen(path, resolve);
        else server.listen((address as { port: number }).port, '127.0.0.1', resolve);
      });
    } catch (error) {
      throw asStorageError(error, { image: path ?? '127.0.0.1' });
    } finally {
      process.umask(before);
    }
    if (path !== null) chmodSync(path, 0o600);
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const uri =
      path === null
        ? `nbd://127.0.0.1:${port}`
        : `nbd+unix:///?socket=${path.split('/').map(encodeURIComponent).join('/')}`;
    return new NbdServer(uri, async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (path !== null) rmSync(path, { force: true });
    });
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A socket left behind by a server that was killed gives way; anything else is in use or somebody's file. */
async function refuseOther(path: string): Promise<void> {
  const length = Buffer.byteLength(path);
  if (length > NAME_MAX && process.platform !== 'win32') {
    const message = `${path}: a socket's name has at most ${NAME_MAX} bytes, this one ${length}`;
    throw invalidArgument('NBD_SOCKET_NAME', message, { image: path, hint: 'give a shorter one: --socket /tmp/NAME' });
  }
  if (!existsSync(path)) return;
  if (!lstatSync(path).isSocket()) {
    throw new StorageError('conflict', 'NBD_SOCKET_EXISTS', `${path} exists and is not a socket`, { image: path });
  }
  const answers = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (answers) throw new StorageError('conflict', 'NBD_SOCKET_IN_USE', `a server answers on ${path}`, { image: path });
  rmSync(path);
}
