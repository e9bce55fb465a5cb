/** An NBD server on a Unix socket that only its owner can open, or on loopback. Read-only. */
import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { asStorageError, StorageError } from "../../errors.js";
import { PayloadReader } from "../payload-reader.js";
import { NbdSession } from "./nbd-session.js";
/** At once; more are hung up on. Clients that copy use a dozen, and each may cost some MiB (nbd-session.ts). */
const CLIENTS_MAX = 64;
export class NbdServer {
    /** As clients write it. */
    uri;
    #close;
    constructor(uri, close) {
        this.uri = uri;
        this.#close = close;
    }
    static async listen(served, address) {
        const reader = new PayloadReader();
        const sockets = new Set();
        const server = createServer({ allowHalfOpen: true }, (socket) => {
            sockets.add(socket);
            socket.on('close', () => sockets.delete(socket));
            new NbdSession(socket, served, reader);
        });
        server.maxConnections = CLIENTS_MAX;
        const path = 'socket' in address ? address.socket : null;
        if (path !== null)
            await refuseOther(path);
        const before = process.umask(0o177); // the socket is made with 0600, not made and then changed
        try {
            await new Promise((resolve, reject) => {
                server.once('error', reject);
                if (path !== null)
                    server.listen(path, resolve);
                else
                    server.listen(address.port, '127.0.0.1', resolve);
            });
        }
        catch (error) {
            throw asStorageError(error, { image: path ?? '127.0.0.1' });
        }
        finally {
            process.umask(before);
        }
        if (path !== null)
            chmodSync(path, 0o600);
        const bound = server.address();
        const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
        const uri = path === null
            ? `nbd://127.0.0.1:${port}`
            : `nbd+unix:///?socket=${path.split('/').map(encodeURIComponent).join('/')}`;
        return new NbdServer(uri, async () => {
            for (const socket of sockets)
                socket.destroy();
            await new Promise((resolve) => server.close(() => resolve()));
            if (path !== null)
                rmSync(path, { force: true });
        });
    }
    async close() {
        await this.#close();
    }
    async [Symbol.asyncDispose]() {
        await this.close();
    }
}
/** A socket left behind by a server that was killed gives way; anything else is in use or somebody's file. */
async function refuseOther(path) {
    if (!existsSync(path))
        return;
    if (!lstatSync(path).isSocket()) {
        throw new StorageError('conflict', 'NBD_SOCKET_EXISTS', `${path} exists and is not a socket`, { image: path });
    }
    const answers = await new Promise((resolve) => {
        const probe = connect(path, () => {
            probe.destroy();
            resolve(true);
        });
        probe.once('error', () => resolve(false));
    });
    if (answers)
        throw new StorageError('conflict', 'NBD_SOCKET_IN_USE', `a server answers on ${path}`, { image: path });
    rmSync(path);
}
