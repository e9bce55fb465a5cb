/**
 * One client of an NBD export: negotiation, then requests. Replies go out as they are ready, in any order; at most
 * PIECES_MAX pieces of payload are held at once, and REPLIES_MAX bytes of replies of any kind; then nothing more is taken until
 * the client has read some.
 */

import type { Socket } from 'node:net';
import { alignedMemory } from '../../io/aligned-memory.ts';
import { type Extent, resolveExtents } from '../../map/extent.ts';
import { failureText, type PayloadReader } from '../payload-reader.ts';
import type { NbdExport } from './meta-context.ts';
import { Negotiation, REQUEST_MAX } from './negotiation.ts';
import * as wire from './wire.ts';

const PIECE_SIZE = 1024 * 1024;
/** Few enough that what was just read is still in the processor's cache when it is sent. */
const PIECES_MAX = 6;
/** Of all clients together, beyond the first of each: many that read nothing hold no more memory than a few that do. */
export const PIECES_SPARE = 32;
/** Before the payload, so that header and payload go out in one write: as much as keeps the payload page-aligned. */
const HEAD_ROOM = 4096;
/** A hole is told as such from this length on; shorter ones go as zeros among the data. */
const HOLE_MIN = 32 * 1024;
const STATUS_ENTRIES_MAX = 4096;
/** Bytes of replies that the client has not taken, from which on nothing more is done for it: payload, and as much again. */
const REPLIES_MAX = 2 * PIECES_MAX * PIECE_SIZE;

export class NbdSession {
  readonly #socket: Socket;
  readonly #export: NbdExport;
  readonly #reader: PayloadReader;
  readonly #negotiation: Negotiation;
  #input: Buffer = Buffer.alloc(0);
  /** Bytes of a write's payload still to come, which nobody wants. */
  #discard = 0;
  readonly #pieces: Buffer[] = [];
  #piecesMade = 0;
  readonly #spare: { pieces: number };
  readonly #waiting: ((piece: Buffer) => void)[] = [];
  #active = 0;
  /** Replies without chunks must not be mixed: each waits for the one before. */
  #turn: Promise<void> = Promise.resolve();
  #closing = false;
  /** The client has said all it had to say; what it asked for is still answered. */
  #hasEnded = false;

  constructor(socket: Socket, served: NbdExport, reader: PayloadReader, spare: { pieces: number }) {
    this.#spare = spare;
    this.#socket = socket;
    this.#export = served;
    this.#reader = reader;
    this.#negotiation = new Negotiation(served, (bytes) => socket.write(bytes));
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', () => socket.destroy()); // a client that went away: there is nobody to tell
    socket.on('close', () => {
      spare.pieces += Math.max(0, this.#piecesMade - 1);
      this.#piecesMade = PIECES_MAX; // what is under way goes on with what there is
    });
    socket.on('drain', () => this.#goOn());
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#parse();
    });
    socket.write(wire.greeting());
  }

  #take(bytes: Buffer): void {
    this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
    this.#parse();
  }

  #goOn(): void {
    this.#socket.resume();
    this.#parse();
  }

  #parse(): void {
    while (!this.#closing && !this.#socket.destroyed) {
      if (this.#negotiation.state === 'closed') {
        this.#endWhenIdle();
        return;
      }
      if (this.#active >= PIECES_MAX || this.#socket.writableLength > REPLIES_MAX) {
        this.#socket.pause();
        return;
      }
      if (this.#takeMessage()) continue;
      if (this.#hasEnded) this.#endWhenIdle();
      return;
    }
  }

  /** Takes an option or a request from the input; false when there is none yet. */
  #takeMessage(): boolean {
    if (this.#negotiation.state !== 'ready') {
      const used = this.#negotiation.take(this.#input);
      this.#input = this.#input.subarray(used);
      return used > 0;
    }
    const skipped = Math.min(this.#discard, this.#input.length);
    this.#discard -= skipped;
    this.#input = this.#input.subarray(skipped);
    if (this.#discard > 0 || this.#input.length < wire.REQUEST_SIZE) return false;
    const request = wire.decodeRequest(this.#input);
    this.#input = this.#input.subarray(wire.REQUEST_SIZE);
    if (request === null) this.#socket.destroy();
    else this.#start(request);
    return true;
  }

  #start(request: wire.Request): void {
    if (request.type === wire.COMMAND.disconnect) {
      this.#endWhenIdle();
      return;
    }
    this.#active++;
    void this.#answer(request)
      .catch(() => this.#socket.destroy()) // the client has closed while it was being answered
      .finally(() => {
        this.#active--;
        if (this.#closing) this.#endWhenIdle();
        else this.#goOn();
      });
  }

  #endWhenIdle(): void {
    this.#closing = true;
    if (this.#active === 0) this.#socket.end();
  }

  async #answer(request: wire.Request): Promise<void> {
    const { type, offset, length } = request;
    const inside = offset + length <= this.#export.map.size;
    switch (type) {
      case wire.COMMAND.read:
        if (length > REQUEST_MAX) return this.#fail(request, wire.NBD_ERROR.EOVERFLOW, 'the request is too large');
        if (!inside || length === 0) return this.#fail(request, wire.NBD_ERROR.EINVAL, 'outside the export');
        return this.#negotiation.structured ? this.#readChunks(request) : this.#inTurn(() => this.#readSimple(request));
      case wire.COMMAND.blockStatus:
        if (!inside || length === 0 || !this.#negotiation.structured || this.#negotiation.chosen.length === 0)
          return this.#fail(request, wire.NBD_ERROR.EINVAL, 'outside the export, or no context was chosen');
        return this.#blockStatus(request);
      case wire.COMMAND.cache:
        return inside ? this.#done(request) : this.#fail(request, wire.NBD_ERROR.EINVAL, 'outside the export');
      case wire.COMMAND.flush:
        return this.#done(request);
      case wire.COMMAND.write:
        this.#discard = length;
        return this.#fail(request, wire.NBD_ERROR.EPERM, 'the export is read-only');
      case wire.COMMAND.trim:
      case wire.COMMAND.writeZeroes:
        return this.#fail(request, wire.NBD_ERROR.EPERM, 'the export is read-only');
      default:
        return this.#fail(request, wire.NBD_ERROR.EINVAL, `unknown command ${type}`);
    }
  }

  async #readChunks(request: wire.Request): Promise<void> {
    const { cookie, offset, length, flags } = request;
    const whole = (flags & wire.COMMAND_FLAG.dontFragment) !== 0;
    if (whole && length > PIECE_SIZE) return this.#fail(request, wire.NBD_ERROR.EOVERFLOW, 'too large for one chunk');
    const end = offset + length;
    try {
      const parts = partsOf(resolveExtents(this.#export.map, offset, length), whole);
      for (const part of parts) {
        const done = part.offset + part.length === end;
        if (part.extents === null) this.#socket.write(wire.holeChunk(cookie, part.offset, part.length, done));
        else await this.#sendData(cookie, part.extents, part.offset, part.length, done);
      }
    } catch (error) {
      this.#socket.write(wire.errorChunk(cookie, wire.NBD_ERROR.EIO, failureText(error)));
    }
  }

  async #sendData(
    cookie: bigint,
    extents: readonly Extent[],
    offset: number,
    length: number,
    done: boolean,
  ): Promise<void> {
    const piece = await this.#piece();
    try {
      await this.#reader.fillFrom(extents, offset, piece.subarray(HEAD_ROOM, HEAD_ROOM + length));
    } catch (error) {
      this.#release(piece);
      throw error;
    }
    const head = HEAD_ROOM - wire.DATA_CHUNK_HEADER_SIZE;
    wire.setChunkHeader(piece, head, { cookie, type: wire.CHUNK.offsetData, done, length: 8 + length });
    piece.writeBigUInt64BE(BigInt(offset), HEAD_ROOM - 8);
    this.#send(piece, head, HEAD_ROOM + length);
  }

  /** For clients that do not know chunks: an error after the first piece can only be told by hanging up. */
  async #readSimple({ cookie, offset, length }: wire.Request): Promise<void> {
    for (let at = offset; at < offset + length; at += PIECE_SIZE) {
      const piece = await this.#piece();
      const count = Math.min(PIECE_SIZE, offset + length - at);
      try {
        await this.#reader.fill(this.#export.map, at, piece.subarray(HEAD_ROOM, HEAD_ROOM + count));
      } catch (error) {
        this.#release(piece);
        if (at > offset) throw error;
        this.#socket.write(wire.simpleReply(cookie, wire.NBD_ERROR.EIO));
        return;
      }
      const head = at === offset ? HEAD_ROOM - wire.SIMPLE_REPLY_SIZE : HEAD_ROOM;
      if (at === offset) piece.set(wire.simpleReply(cookie, 0), head);
      this.#send(piece, head, HEAD_ROOM + count);
    }
  }

  async #blockStatus({ cookie, offset, length, flags }: wire.Request): Promise<void> {
    const limit = (flags & wire.COMMAND_FLAG.requireOne) !== 0 ? 1 : STATUS_ENTRIES_MAX;
    const { chosen } = this.#negotiation;
    await new Promise(setImmediate); // it takes milliseconds where there are many pieces: other clients, and signals, come in between
    for (const [index, { id, context }] of chosen.entries()) {
      const entries = context.status(offset, length, limit);
      this.#socket.write(wire.blockStatusChunk(cookie, id, entries, index === chosen.length - 1));
    }
  }

  async #done({ cookie }: wire.Request): Promise<void> {
    if (this.#negotiation.structured) this.#socket.write(wire.emptyChunk(cookie));
    else await this.#inTurn(async () => void this.#socket.write(wire.simpleReply(cookie, 0)));
  }

  async #fail({ cookie }: wire.Request, error: number, message: string): Promise<void> {
    if (this.#negotiation.structured) this.#socket.write(wire.errorChunk(cookie, error, message));
    else await this.#inTurn(async () => void this.#socket.write(wire.simpleReply(cookie, error)));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined); // told to the one who waits for this reply, not to the next
    return turn;
  }

  #piece(): Promise<Buffer> {
    const piece = this.#pieces.pop();
    if (piece !== undefined) return Promise.resolve(piece);
    if (this.#piecesMade === 0 || (this.#piecesMade < PIECES_MAX && this.#spare.pieces > 0)) {
      if (this.#piecesMade++ > 0) this.#spare.pieces--;
      return Promise.resolve(Buffer.from(alignedMemory(HEAD_ROOM + PIECE_SIZE).buffer));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(piece: Buffer): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(piece);
    else this.#pieces.push(piece);
  }

  #send(piece: Buffer, start: number, end: number): void {
    this.#socket.write(piece.subarray(start, end), () => this.#release(piece));
  }
}

type Part = { readonly offset: number; length: number; readonly extents: Extent[] | null };

/** Holes for themselves, everything else together up to a piece. `whole`: one part, whatever it holds. */
function partsOf(extents: readonly Extent[], whole: boolean): Part[] {
  const parts: Part[] = [];
  for (const extent of extents) {
    if (!whole && extent.kind === 'zero' && extent.length >= HOLE_MIN) {
      parts.push({ offset: extent.offset, length: extent.length, extents: null });
      continue;
    }
    for (let done = 0; done < extent.length; ) {
      let last = parts.at(-1);
      if (last === undefined || last.extents === null || last.length === PIECE_SIZE) {
        last = { offset: extent.offset + done, length: 0, extents: [] };
        parts.push(last);
      }
      const length = Math.min(extent.length - done, PIECE_SIZE - last.length);
      last.extents!.push(sliceOf(extent, done, length));
      last.length += length;
      done += length;
    }
  }
  return parts;
}

function sliceOf(extent: Extent, start: number, length: number): Extent {
  const offset = extent.offset + start;
  if (extent.kind === 'data') return { ...extent, offset, length, fileOffset: extent.fileOffset + start };
  if (extent.kind === 'computed') return { ...extent, offset, length, sourceOffset: extent.sourceOffset + start };
  return { ...extent, offset, length };
}
