/**
 * Goal: clients that ask for much and read nothing cost a server no more than 160 MiB together, however many they are; and
 * servers refuse addresses and passwords that would not be what they seem. Method: the built command line, bare sockets.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { manyPoints } from '../support/many-points.ts';
import { memoryOf } from '../support/mounts.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, pitvault, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const CLIENTS = 60;
const needs = ['/proc/self/status'];

/** Starts a server; returns it with what it announces. */
async function serve(...args: string[]): Promise<{ server: ChildProcessWithoutNullStreams; said: string }> {
  const server = spawn(process.execPath, [CLI, 'serve', ...args, '--json']);
  onTestFinished(() => void server.kill('SIGTERM'));
  let said = '';
  for await (const part of server.stdout.setEncoding('utf8')) {
    said += part;
    if (said.includes('}')) break;
  }
  return { server, said };
}

/** A client that sends this and then reads nothing. */
function stalled(address: { port: number } | { path: string }, ask: Uint8Array): void {
  const socket: Socket = connect(address as { port: number });
  onTestFinished(() => void socket.destroy());
  socket.pause();
  socket.write(ask);
}

async function mostOf(pid: number): Promise<number> {
  let last = -1;
  for (let most = memoryOf(pid, 'VmHWM'); most > last; most = memoryOf(pid, 'VmHWM')) {
    last = most;
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
  return last;
}

describe.skipIf(without(...needs))(title('clients that read nothing', ...needs), () => {
  it('of NBD', async () => {
    const folder = tempFolder();
    const [image, path] = [join(folder, 'disk.raw'), join(folder, 'socket')];
    writeFileSync(image, randomFillSync(Buffer.alloc(64 * MIB)));
    const { server } = await serve('nbd', image, '--socket', path);
    const option = (number: number, data: Buffer): Buffer => {
      const head = Buffer.alloc(16);
      head.write('IHAVEOPT');
      head.writeUInt32BE(number, 8);
      head.writeUInt32BE(data.length, 12);
      return Buffer.concat([head, data]);
    };
    const requests = Array.from({ length: 8 }, (_, index) => {
      const request = Buffer.alloc(28);
      request.writeUInt32BE(0x2560_9513);
      request.writeBigUInt64BE(BigInt(index), 8);
      request.writeUInt32BE(8 * MIB, 24);
      return request;
    });
    const ask = [Buffer.from([0, 0, 0, 3]), option(8, Buffer.alloc(0)), option(7, Buffer.alloc(6)), ...requests];
    for (let client = 0; client < CLIENTS; client++) stalled({ path }, Buffer.concat(ask));
    expect(await mostOf(server.pid!)).toBeLessThan(160);
  });

  it('of WebDAV', async () => {
    const { server, said } = await serve('webdav', manyPoints(1));
    const { url, user, password } = JSON.parse(said) as { url: string; user: string; password: string };
    const path = '/many.contoso.com/77777777-0000-4000-8000-000000000000/live/large';
    const basic = Buffer.from(`${user}:${password}`).toString('base64');
    const ask = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ${basic}\r\n\r\n`);
    for (let client = 0; client < CLIENTS; client++) stalled({ port: Number(new URL(url).port) }, ask);
    expect(await mostOf(server.pid!)).toBeLessThan(160);
  });

  it('a socket whose name is too long is refused, and none of another name is made', () => {
    const folder = tempFolder();
    const image = join(folder, 'disk.raw');
    writeFileSync(image, Buffer.alloc(MIB));
    const { code, err } = pitvault('serve', 'nbd', image, '--socket', join(folder, 'x'.repeat(120)));
    expect([code, err]).toEqual([2, expect.stringContaining('NBD_SOCKET_NAME')]);
    expect(readdirSync(folder)).toEqual(['disk.raw']);
  });

  it('an empty password is refused: it would let everybody in', () => {
    const folder = tempFolder();
    const image = join(folder, 'disk.raw');
    writeFileSync(image, Buffer.alloc(MIB));
    process.env['PITVAULT_WEBDAV_PASSWORD'] = '';
    onTestFinished(() => void delete process.env['PITVAULT_WEBDAV_PASSWORD']);
    const { code, err } = pitvault('serve', 'webdav', image);
    expect([code, err]).toEqual([2, expect.stringContaining('CLI_SERVE_PASSWORD')]);
  });
});
