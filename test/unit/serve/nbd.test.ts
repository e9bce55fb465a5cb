/**
 * Goal: what an NBD client reads is what the map holds, holes are told, writes are refused, and nonsense ends the session
 * only. Method: a client written here from the protocol document speaks to a server on a Unix socket.
 */

import { statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { corrupt } from '../../../src/errors.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { type AddressMap, unreadable } from '../../../src/map/address-map.ts';
import { allocationContext, dirtyContext } from '../../../src/serve/nbd/meta-context.ts';
import { NbdServer } from '../../../src/serve/nbd/nbd-server.ts';
import { NbdSession } from '../../../src/serve/nbd/nbd-session.ts';
import { PayloadReader } from '../../../src/serve/payload-reader.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const MIB = 2 ** 20;

/** Data, a hole, data in two pieces, and a range that cannot be read. */
function sampleMap(bytes: Uint8Array): AddressMap {
  const file = new MemoryFile(bytes, 'memory');
  const damage = unreadable(corrupt('FILE_TRUNCATED', 'a bad place'));
  const pieces = [
    { start: 0, end: MIB, emit: 'data' },
    { start: MIB, end: 2 * MIB, emit: 'zero' },
    { start: 2 * MIB, end: 4 * MIB, emit: 'data' },
    { start: 4 * MIB, end: 4 * MIB + 512, emit: 'damage' },
  ];
  return {
    size: 4 * MIB + 512,
    resolve(offset, length, at, sink) {
      for (const { start, end, emit } of pieces) {
        const from = Math.max(start, offset);
        const count = Math.min(end, offset + length) - from;
        if (count <= 0) continue;
        const where = at + from - offset;
        if (emit === 'data') sink.data(where, count, file, from);
        else if (emit === 'zero') sink.zero(where, count);
        else sink.computed(where, count, damage, 0);
      }
    },
  };
}

class Client {
  readonly #socket: Socket;
  #input = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  ended = false;

  constructor(path: string) {
    this.#socket = connect(path);
    this.#socket.on('data', (bytes) => {
      this.#input = Buffer.concat([this.#input, bytes]);
      this.#wake();
    });
    this.#socket.on('error', () => undefined); // the server may hang up: 'close' follows
    this.#socket.on('close', () => {
      this.ended = true;
      this.#wake();
    });
    onTestFinished(() => void this.#socket.destroy());
  }

  send(...parts: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(parts));
  }

  async take(count: number): Promise<Buffer> {
    while (this.#input.length < count) {
      if (this.ended) throw new Error('the server hung up');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#input.subarray(0, count);
    this.#input = this.#input.subarray(count);
    return bytes;
  }

  async option(option: number, data: Uint8Array = new Uint8Array(0)): Promise<{ type: number; data: Buffer }[]> {
    const head = Buffer.alloc(16);
    head.write('IHAVEOPT');
    head.writeUInt32BE(option, 8);
    head.writeUInt32BE(data.length, 12);
    this.send(head, data);
    const replies: { type: number; data: Buffer }[] = [];
    for (;;) {
      const reply = await this.take(20);
      const type = reply.readUInt32BE(12);
      replies.push({ type, data: await this.take(reply.readUInt32BE(16)) });
      if (type === 1 || type >= 0x8000_0000) return replies;
    }
  }

  async open(contexts: readonly string[] = ['base:allocation'], structured = true): Promise<void> {
    expect((await this.take(18)).toString('latin1', 0, 16)).toBe('NBDMAGICIHAVEOPT');
    this.send(Buffer.from([0, 0, 0, 3]));
    if (structured) {
      await this.option(8);
      await this.option(10, Buffer.concat([text(''), number(contexts.length), ...contexts.map(text)]));
    }
    expect((await this.option(7, Buffer.concat([text(''), Buffer.alloc(2)]))).at(-1)?.type).toBe(1);
  }

  request(type: number, offset: number, length: number, flags = 0, cookie = 7n): void {
    const bytes = Buffer.alloc(28);
    bytes.writeUInt32BE(0x2560_9513, 0);
    bytes.writeUInt16BE(flags, 4);
    bytes.writeUInt16BE(type, 6);
    bytes.writeBigUInt64BE(cookie, 8);
    bytes.writeBigUInt64BE(BigInt(offset), 16);
    bytes.writeUInt32BE(length, 24);
    this.send(bytes);
  }

  async chunk(): Promise<{ type: number; done: boolean; data: Buffer }> {
    const head = await this.take(20);
    expect(head.readUInt32BE(0)).toBe(0x668e_33ef);
    return {
      type: head.readUInt16BE(6),
      done: head.readUInt16BE(4) === 1,
      data: await this.take(head.readUInt32BE(16)),
    };
  }

  /** The bytes of a read, put together from its chunks; or the error. */
  async read(offset: number, length: number): Promise<Buffer | number> {
    this.request(0, offset, length);
    const bytes = Buffer.alloc(length, 0xee);
    for (;;) {
      const { type, done, data } = await this.chunk();
      if (type >= 0x8000) return data.readUInt32BE(0);
      const at = type === 0 ? 0 : Number(data.readBigUInt64BE(0)) - offset;
      if (type === 1) data.copy(bytes, at, 8);
      if (type === 2) bytes.fill(0, at, at + data.readUInt32BE(8));
      if (done) return bytes;
    }
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)]);
}

async function serve(): Promise<{ client: () => Client; bytes: Uint8Array; path: string }> {
  const bytes = new Random(3).bytes(4 * MIB);
  bytes.fill(0, MIB, 2 * MIB);
  const map = sampleMap(bytes);
  const path = join(tempFolder(), 'n.sock');
  const changes = [{ offset: MIB, length: 65_536 }];
  const contexts = [allocationContext(map), dirtyContext('since-x', changes, map.size)];
  const server = await NbdServer.listen({ name: 'disk', map, contexts }, { socket: path });
  onTestFinished(() => server.close());
  return { client: () => new Client(path), bytes, path };
}

it('the socket is its owner’s alone', async () => {
  expect(statSync((await serve()).path).mode & 0o777).toBe(0o600);
});

it('reads give the bytes of the map, holes are told as holes', async () => {
  const { client: connectClient, bytes } = await serve();
  const client = connectClient();
  await client.open();
  const random = new Random();
  for (let round = 0; round < 40; round++) {
    const offset = random.below(4 * MIB - 1);
    const length = 1 + random.below(4 * MIB - offset);
    const read = await client.read(offset, length);
    expect(Buffer.compare(read as Buffer, bytes.subarray(offset, offset + length)), `seed ${random.seed}`).toBe(0);
  }
  client.request(0, MIB, MIB);
  expect((await client.chunk()).type).toBe(2);
});

it('a client without chunks reads the same', async () => {
  const { client: connectClient, bytes } = await serve();
  const client = connectClient();
  await client.open([], false);
  client.request(0, 100, 3 * MIB);
  client.request(0, 5, 10, 0, 8n);
  const head = await client.take(16);
  expect([head.readUInt32BE(0), head.readUInt32BE(4), head.readBigUInt64BE(8)]).toEqual([0x6744_6698, 0, 7n]);
  expect(Buffer.compare(await client.take(3 * MIB), bytes.subarray(100, 100 + 3 * MIB))).toBe(0);
  expect((await client.take(16)).readBigUInt64BE(8)).toBe(8n);
  expect(Buffer.compare(await client.take(10), bytes.subarray(5, 15))).toBe(0);
});

it('block status tells holes and changes, in the order the contexts were chosen', async () => {
  const client = (await serve()).client();
  await client.open(['base:allocation', 'qemu:dirty-bitmap:since-x']);
  client.request(7, 0, 4 * MIB + 512);
  const allocation = await client.chunk();
  const words = (data: Buffer): number[] => Array.from({ length: data.length / 4 }, (_, i) => data.readUInt32BE(4 * i));
  expect(words(allocation.data)).toEqual([1, MIB, 0, MIB, 3, 2 * MIB + 512, 0]);
  expect(words((await client.chunk()).data)).toEqual([2, MIB, 0, 65_536, 1, 3 * MIB + 512 - 65_536, 0]);
  client.request(7, MIB / 2, 3 * MIB, 8);
  expect(words((await client.chunk()).data)).toEqual([1, MIB / 2, 0]);
  await client.chunk();
});

it('contexts chosen before count no more when the choice is made again, also when that is refused', async () => {
  for (const again of [
    Buffer.concat([text('other export'), number(1), text('base:allocation')]),
    Buffer.concat([text(''), number(1), text('base:nothing')]),
    Buffer.from('nonsense'),
  ]) {
    const client = (await serve()).client();
    await client.take(18);
    client.send(Buffer.from([0, 0, 0, 3]));
    await client.option(8);
    await client.option(10, Buffer.concat([text(''), number(1), text('base:allocation')]));
    await client.option(10, again);
    await client.option(7, Buffer.concat([text(''), Buffer.alloc(2)]));
    client.request(7, 0, 4096);
    expect((await client.chunk()).type).toBe(0x8001);
  }
});

it('writes are refused and their payload is dropped; requests outside get EINVAL; damage is EIO and costs only its range', async () => {
  const client = (await serve()).client();
  await client.open();
  client.request(1, 0, 5);
  client.send(Buffer.from('hello'));
  expect((await client.chunk()).data.readUInt32BE(0)).toBe(1);
  for (const type of [4, 6]) {
    client.request(type, 0, 512);
    expect((await client.chunk()).data.readUInt32BE(0)).toBe(1);
  }
  expect(await client.read(4 * MIB, 1024)).toBe(22);
  expect(await client.read(4 * MIB, 512)).toBe(5);
  expect(await client.read(0, 4)).toHaveLength(4);
});

it.each([4, 2 ** 31, 2 ** 32 - 1])('client flags that were not offered (%d) end the session', async (flags) => {
  const { path } = await serve();
  const received: Buffer[] = [];
  const socket = connect(path);
  socket.on('data', (bytes) => received.push(bytes));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const options = Buffer.alloc(16);
  options.write('IHAVEOPT', 'latin1');
  options.writeUInt32BE(3, 8); // a listing, which would be answered
  socket.write(Buffer.concat([number(flags), options]));
  await closed;
  expect(Buffer.concat(received)).toHaveLength(18); // the greeting alone
});

it('nonsense ends that session, and no other', async () => {
  const { client: connectClient } = await serve();
  const good = connectClient();
  await good.open();
  const random = new Random();
  for (let round = 0; round < 20; round++) {
    const bad = connectClient();
    if (random.below(2) === 0) await bad.open();
    bad.send(random.bytes(200 + random.below(400)));
    bad.send(Buffer.alloc(100_000, 0xff));
  }
  expect(await good.read(10, 100)).toHaveLength(100);
});

it('of a client that reads no answers nothing more is taken, until it reads', async () => {
  const count = 500_000;
  let received = 0;
  let letThrough: () => void = () => undefined;
  const reading = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  const socket = new Duplex({
    read: () => undefined,
    write(bytes: Buffer, _encoding, taken) {
      void reading.then(() => {
        received += bytes.length;
        taken();
      });
    },
  });
  onTestFinished(() => void socket.destroy());
  const map = sampleMap(new Uint8Array(4 * MIB));
  const asSocket = Object.assign(socket, { setNoDelay: () => socket }) as unknown as Socket;
  new NbdSession(asSocket, { name: 'disk', map, contexts: [] }, new PayloadReader(), { pieces: 32 });
  const listings = Buffer.alloc(16 * 4096);
  for (let at = 0; at < listings.length; at += 16) {
    listings.write('IHAVEOPT', at, 'latin1');
    listings.writeUInt32BE(3, at + 8); // 48 bytes of answer each
  }
  socket.push(number(3));
  for (let sent = 0; sent < count; sent += 4096) {
    socket.push(listings);
    await new Promise(setImmediate);
  }
  expect(socket.writableLength).toBeLessThan(13 * MIB);
  letThrough();
  const wanted = 18 + 48 * 4096 * Math.ceil(count / 4096);
  while (received < wanted) await new Promise(setImmediate);
  expect(received).toBe(wanted);
});

it('a client that has said all it wants is answered to the end', async () => {
  const { path, bytes } = await serve();
  const socket = connect({ path, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const head = Buffer.alloc(20);
  head.writeUInt32BE(3, 0);
  head.write('IHAVEOPT', 4, 'latin1');
  head.writeUInt32BE(1, 12); // the export of no name, the old way
  const requests = Array.from({ length: 40 }, (_, index) => {
    const request = Buffer.alloc(28);
    request.writeUInt32BE(0x2560_9513, 0);
    request.writeBigUInt64BE(BigInt(index), 8);
    request.writeBigUInt64BE(BigInt(index * 100_000), 16);
    request.writeUInt32BE(100_000, 24);
    return request;
  });
  socket.end(Buffer.concat([head, ...requests]));
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  const answers = Buffer.concat(parts).subarray(18 + 10);
  expect(answers).toHaveLength(40 * (16 + 100_000));
  for (let index = 0; index < 40; index++) {
    const at = index * 100_016;
    expect(answers.readBigUInt64BE(at + 8)).toBe(BigInt(index));
    expect(answers.subarray(at + 16, at + 100_016).equals(bytes.subarray(index * 100_000, (index + 1) * 100_000))).toBe(
      true,
    );
  }
});

it('questions that take long let other clients, and the server itself, come in between', async () => {
  const size = 2 ** 30;
  const file = new MemoryFile(new Uint8Array(8192), 'memory');
  const map: AddressMap = {
    size,
    resolve(offset, length, at, sink) {
      for (let done = 0; done < length; done += 4096) {
        if (((offset + done) / 4096) % 2 === 0) sink.zero(at + done, 4096);
        else sink.data(at + done, 4096, file, 0);
      }
    },
  };
  const path = join(tempFolder(), 'n.sock');
  const server = await NbdServer.listen({ name: 'disk', map, contexts: [allocationContext(map)] }, { socket: path });
  onTestFinished(() => server.close());
  const busy = new Client(path);
  await busy.open();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  onTestFinished(() => clearInterval(timer));
  for (let index = 0; index < 200; index++) busy.request(7, 0, size);
  for (let index = 0; index < 200; index++) await busy.chunk();
  expect(turns).toBeGreaterThan(20);
});
