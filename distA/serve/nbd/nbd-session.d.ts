/**
 * One client of an NBD export: negotiation, then requests. Replies go out as they are ready, in any order; at most
 * PIECES_MAX pieces of payload are held at once, and REPLIES_MAX bytes of replies of any kind; then nothing more is taken until
 * the client has read some.
 */
import type { Socket } from 'node:net';
import { type PayloadReader } from '../payload-reader.ts';
import type { NbdExport } from './meta-context.ts';
export declare class NbdSession {
    #private;
    constructor(socket: Socket, served: NbdExport, reader: PayloadReader);
}
