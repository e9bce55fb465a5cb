/**
 * Goal: WebDAV shows the files of a pool, whole and in ranges, to those who know the password, changes nothing, and
 * answers to nobody but this machine. Method: Node's own HTTP client against a server on the sample pool.
 */

import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { corrupt } from '../../../src/errors.ts';
import type { FileEntry } from '../../../src/filesystem/file-system.ts';
import { ServedTree, type SourceOptions } from '../../../src/serve/served-tree.ts';
import { judge, parseRange } from '../../../src/serve/webdav/conditions.ts';
import { namesOf, urlName } from '../../../src/serve/webdav/dav-paths.ts';
import { httpDate } from '../../../src/serve/webdav/propfind.ts';
import { WebDavServer } from '../../../src/serve/webdav/webdav-server.ts';
import { endOf, LARGE, manyPoints, REPLICA_ID, SERVER, saveState } from '../../support/many-points.ts';
import { linkData, NtfsBuilder, reparsePoint } from '../../support/ntfs-builder.ts';
import { SAMPLE_ZIP, states } from '../../support/sample-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const AUTH = `Basic ${Buffer.from('pitvault:geheim').toString('base64')}`;

type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer };

type Ask = (method: string, path: string, headers?: Record<string, string>) => Promise<Answer>;

async function serve(
  source: Pick<SourceOptions, 'roots' | 'isPool'> = { roots: [SAMPLE_ZIP], isPool: true },
): Promise<Ask> {
  return serveTree(await ServedTree.open({ ...source, open: {} }));
}

async function serveTree(tree: ServedTree): Promise<Ask> {
  const server = await WebDavServer.listen({ tree, port: 0, user: 'pitvault', password: 'geheim' });
  onTestFinished(async () => {
    await server.close();
    await tree.close();
  });
  const { port } = new URL(server.url);
  return (method, path, headers = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, method, path, headers: { authorization: AUTH, ...headers } },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part) => parts.push(part));
          response.on('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
          );
        },
      );
      sent.on('error', reject);
      sent.end();
    });
}

const LIVE = states.find(
  (state) => state.replicaId === '850b95be-b942-4351-83bd-0a1815a936b2' && state.kind === 'replica',
)!;
const BASE = '/dpm01.contoso.com/850b95be-b942-4351-83bd-0a1815a936b2/live';
const urlOf = (path: string): string => BASE + path.split('/').map(urlName).join('/');

describe('webdav', () => {
  it('every file of a point, by its name', async () => {
    const ask = await serve();
    for (const file of LIVE.files) {
      const { status, body } = await ask('GET', urlOf(file.path));
      expect([file.path, status, createHash('sha256').update(body).digest('hex')]).toEqual([
        file.path,
        200,
        file.sha256,
      ]);
    }
  });

  it('listings name everything once, with sizes, and lead on', async () => {
    const ask = await serve();
    const seen = new Set<string>();
    const pending = [`${BASE}/`];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { status, body } = await ask('PROPFIND', next, { depth: '1' });
      expect(status).toBe(207);
      const hrefs = [...body.toString().matchAll(/<D:href>([^<]*)<\/D:href>/g)].map((match) => match[1]!);
      expect(hrefs[0]).toBe(next);
      for (const href of hrefs.slice(1)) {
        if (href.endsWith('/')) pending.push(href);
        else seen.add(href);
      }
    }
    for (const file of LIVE.files) expect(seen.has(urlOf(file.path)), file.path).toBe(true);
  });

  it('ranges, HEAD, and unchanged files', async () => {
    const ask = await serve();
    const file = LIVE.files.find(({ size }) => size > 100)!;
    const url = urlOf(file.path);
    const whole = (await ask('GET', url)).body;
    const head = await ask('HEAD', url);
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(file.size), 0]);
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=10-19', 10, 20],
      ['bytes=-5', file.size - 5, file.size],
      ['bytes=7-', 7, file.size],
    ] as const) {
      const part = await ask('GET', url, { range });
      expect([part.status, part.headers['content-range']]).toEqual([206, `bytes ${start}-${end - 1}/${file.size}`]);
      expect(part.body.equals(whole.subarray(start, end))).toBe(true);
    }
    expect((await ask('GET', url, { range: `bytes=${file.size}-` })).status).toBe(416);
    const tag = String(head.headers['etag']);
    const date = String(head.headers['last-modified']);
    for (const [headers, status] of [
      [{ 'if-none-match': tag }, 304],
      [{ 'if-none-match': `"a,b", W/${tag}` }, 304],
      [{ 'if-modified-since': date }, 304],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-match': `"other", ${tag}`, range: 'bytes=0-0' }, 206],
      [{ 'if-range': date, range: 'bytes=0-0' }, 206],
      [{ 'if-range': '"other"', range: 'bytes=0-0' }, 200],
    ] as const) {
      expect((await ask('GET', url, headers)).status, JSON.stringify(headers)).toBe(status);
    }
    const ranged = await ask('HEAD', url, { range: 'bytes=0-0' });
    expect([ranged.status, ranged.headers['content-length']]).toEqual([200, String(file.size)]);
  });

  it('no password, no byte; another host is refused; nothing can be written', async () => {
    const ask = await serve();
    for (const authorization of ['', 'Basic eDp5', 'Bearer geheim']) {
      const { status, body } = await ask('GET', '/', { authorization });
      expect([status, body.toString().includes('dpm01')]).toEqual([401, false]);
    }
    expect((await ask('GET', '/', { host: 'evil.example' })).status).toBe(421);
    for (const method of ['PUT', 'DELETE', 'MKCOL', 'MOVE', 'COPY', 'PROPPATCH', 'LOCK', 'POST']) {
      expect((await ask(method, `${BASE}/x`)).status, method).toBe(405);
    }
    expect((await ask('PROPFIND', '/', { depth: 'infinity' })).status).toBe(403);
    expect((await ask('OPTIONS', '/')).headers['dav']).toBe('1');
  });

  it('no path leaves the tree', async () => {
    const ask = await serve();
    for (const path of [
      '/..',
      '/%2e%2e/%2e%2e/etc/passwd',
      `${BASE}/..%2f..`,
      `${BASE}/%00`,
      `${BASE}/%zz`,
      '/dpm01.contoso.com/%2e%2e',
      '/etc/passwd',
    ]) {
      expect((await ask('GET', path)).status, path).toBe(404);
    }
  });
});

describe('a volume with names of every kind, in a folder that is damaged too', () => {
  const NAMES = [
    '.',
    '..',
    'nul\0inside',
    'sl/ash',
    '\ud800lone',
    'CASE',
    'case',
    'new\nline',
    '%2e%2e',
    'q?x#y;z',
    '<&>',
  ];

  async function serveNames(): Promise<Ask> {
    const builder = new NtfsBuilder({ recordSize: 4096 });
    const folder = builder.add({ name: 'folder', directory: true });
    for (const name of NAMES) builder.add({ name, parent: folder, namespace: 0, content: `in ${name}` });
    builder.add({ name: '', parent: folder, content: 'a key that no directory can hold' });
    const reparse = reparsePoint(0xa000000c, linkData('folder\\case', 12));
    builder.add({ name: 'link', dosAttributes: 0x400, reparse });
    const image = join(tempFolder(), 'names.img');
    writeFileSync(image, builder.build());
    return serve({ roots: [image], isPool: false });
  }

  it('each is listed under a URL that stays in its folder, and leads to it', async () => {
    const ask = await serveNames();
    const { body } = await ask('PROPFIND', '/folder/', { depth: '1' });
    const hrefs = [...body.toString().matchAll(/<D:href>([^<]*)<\/D:href>/g)].slice(1).map(([, href]) => href!);
    expect(new Set(hrefs).size).toBe(NAMES.length);
    const bodies = new Set<string>();
    for (const href of hrefs) {
      expect(new URL(href, 'http://x').pathname).toBe(href);
      const answer = await ask('GET', href);
      expect([href, answer.status]).toEqual([href, 200]);
      bodies.add(answer.body.toString());
    }
    expect([...bodies].toSorted()).toEqual(NAMES.map((name) => Buffer.from(`in ${name}`).toString()).toSorted());
  });

  it('links, which are not listed, are not there; a whole URL is taken from those who name this machine', async () => {
    const ask = await serveNames();
    expect((await ask('GET', '/link')).status).toBe(404);
    expect((await ask('PROPFIND', '/link', { depth: '0' })).status).toBe(404);
    expect((await ask('GET', 'http://127.0.0.1/folder/case')).body.toString()).toBe('in case');
    expect((await ask('GET', 'http://evil.example/folder/case')).status).toBe(421);
    expect((await ask('GET', 'http://127.0.0.1', { host: 'evil.example' })).status).toBe(200);
  });
});

it('a path of 8,000 letters, of nine bytes each in a URL, is no header too long', async () => {
  const builder = new NtfsBuilder({ recordSize: 4096, records: 128, clusters: 4096 });
  const name = '\u4e2d'.repeat(200);
  let parent: number | undefined;
  for (let depth = 0; depth < 40; depth++)
    parent = builder.add({ name, directory: true, ...(parent === undefined ? {} : { parent }) });
  builder.add({ name: 'deep', parent: parent!, content: 'down here' });
  const image = join(tempFolder(), 'deep.img');
  writeFileSync(image, builder.build());
  const ask = await serve({ roots: [image], isPool: false });
  const { status, body } = await ask('GET', `${`/${urlName(name)}`.repeat(40)}/deep`);
  expect([body.toString(), status]).toEqual(['down here', 200]);
});

it('a folder that is damaged at its beginning is an error with a sentence, not a connection that ends', async () => {
  const root = { path: '/', name: '', kind: 'directory', modifiedMs: 0, createdMs: 0 } as FileEntry;
  // biome-ignore lint/correctness/useYield: it fails before
  const list = function* (): Generator<FileEntry> {
    throw corrupt('NTFS_RUNS_HEADER', 'broken here', {});
  };
  const tree = {
    root: { kind: 'volume', id: 1, name: '', modifiedMs: 0 },
    hold: async () => ({ fileSystem: { lookup: () => root, list }, identity: null, [Symbol.dispose]: () => undefined }),
    close: async () => undefined,
  } as unknown as ServedTree;
  const ask = await serveTree(tree);
  for (const [method, headers] of [
    ['PROPFIND', { depth: '1' }],
    ['GET', {}],
  ] as const) {
    const { status, body } = await ask(method, '/', headers);
    expect([method, status, body.toString()]).toEqual([method, 500, 'broken here\n']);
  }
});

it('a folder from which names may be missing says so, behind those that are left', async () => {
  const builder = new NtfsBuilder({ records: 256, clusters: 1024 });
  const folder = builder.add({ name: 'folder', directory: true });
  const numbers = Array.from({ length: 100 }, (_, i) => builder.add({ name: `file ${i}`, parent: folder }));
  const bytes = Buffer.from(builder.build());
  for (let at = bytes.indexOf('INDX'); at >= 0; at = bytes.indexOf('INDX', at)) bytes.fill(0, at, at + 4);
  const image = join(tempFolder(), 'damaged.img');
  writeFileSync(image, bytes);
  const ask = await serve({ roots: [image], isPool: false });
  expect((await ask('PROPFIND', '/folder/', { depth: '1' })).body.toString().match(/<D:href>/g)?.length).toBe(101);
  const lost = builder.offsetOf(numbers.at(-1)!);
  writeFileSync(image, bytes.fill(0xff, lost, lost + 1024));
  const second = await serve({ roots: [image], isPool: false });
  const { status, body } = await second('PROPFIND', '/folder/', { depth: '1' });
  const text = body.toString();
  expect([status, text.match(/<D:href>/g)?.length]).toEqual([207, 100]);
  expect(text).toMatch(/names may be missing<\/D:responsedescription>\s*<\/D:multistatus>/);
  const shown = (await second('GET', '/folder/')).body.toString();
  expect(shown.match(/<a href/g)?.length).toBe(99);
  expect(shown).toMatch(/names may be missing<\/li>\n<\/ul>\n$/);
});

it('times that no client can read are as those that were never set', () => {
  expect(httpDate(253_402_300_799_000)).toBe('Fri, 31 Dec 9999 23:59:59 GMT');
  for (const ms of [253_402_300_800_000, 910_692_730_085_477, -5])
    expect(httpDate(ms)).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
});

it('conditions as RFC 9110 has them', () => {
  const file = { tag: '"a,b"', modifiedMs: Date.UTC(2024, 6, 29, 10, 0, 0, 500), size: 10 };
  const [before, exact, after] = ['09:59:59', '10:00:00', '10:00:01'].map((time) => `Mon, 29 Jul 2024 ${time} GMT`);
  const all = { range: null };
  const part = { range: { start: 0, end: 1 } };
  const range = 'bytes=0-0';
  for (const [headers, verdict] of [
    [{}, all],
    [{ 'if-none-match': '"a,b"' }, 304],
    [{ 'if-none-match': 'W/"a,b"' }, 304],
    [{ 'if-none-match': '"x" , W/"y","a,b"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"a", "b"' }, all],
    [{ 'if-none-match': '"x"', 'if-modified-since': after }, all], // the date does not count beside tags
    [{ 'if-match': '"a,b"' }, all],
    [{ 'if-match': '*' }, all],
    [{ 'if-match': '"x","a,b"' }, all],
    [{ 'if-match': 'W/"a,b"' }, 412],
    [{ 'if-match': '"x"', 'if-none-match': '"a,b"' }, 412],
    [{ 'if-match': '"a,b"', 'if-unmodified-since': before }, all],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-unmodified-since': exact }, all],
    [{ 'if-unmodified-since': 'yesterday' }, all],
    [{ 'if-modified-since': before }, all],
    [{ 'if-modified-since': exact }, 304],
    [{ 'if-modified-since': '2024-07-29T10:00:01' }, all],
    [{ range }, part],
    [{ range, 'if-range': '"a,b"' }, part],
    [{ range, 'if-range': 'W/"a,b"' }, all],
    [{ range, 'if-range': exact }, part],
    [{ range, 'if-range': after }, all],
    [{ range: 'bytes=10-', 'if-range': '"x"' }, all],
    [{ range: 'bytes=10-' }, 416],
  ] as const) {
    expect(judge(headers, file, 'GET'), JSON.stringify(headers)).toEqual(verdict);
  }
  expect(judge({ range }, file, 'HEAD')).toEqual(all);
});

it('ranges as RFC 9110 has them', () => {
  expect(parseRange('BYTES= 1-2 ', 10)).toEqual({ start: 1, end: 3 });
  expect(parseRange('bytes=12-11', 10)).toBe(null);
  expect(parseRange('bytes=-99', 10)).toEqual({ start: 0, end: 10 });
  expect(parseRange('bytes=0-99999999999999999999', 10)).toEqual({ start: 0, end: 10 });
  expect(parseRange('lines=0-1', 10)).toBe(null);
  expect(parseRange(undefined, 10)).toBe(null);
  expect(parseRange('bytes=0-99', 10)).toEqual({ start: 0, end: 10 });
  expect(parseRange('bytes=-0', 10)).toBe('outside');
  expect(parseRange('bytes=5-2', 10)).toBe(null);
  expect(parseRange('bytes=1-2,4-5', 10)).toBe(null);
  expect(parseRange('bytes=0-', 0)).toBe('outside');
});

it('names and their URLs', () => {
  for (const name of ['a b', 'ü', '100%', 'a#b?c', 'emoji \u{1f4be}', 'lone \ud800']) {
    expect(namesOf(`/x/${urlName(name)}`)).toEqual([['x'], [name]]);
  }
  for (const name of ['..', '.', 'nul\0inside', 'a/b']) {
    expect(urlName(name)).toMatch(/%E2/);
    expect(namesOf(`/x/${urlName(name)}`)![1]).toContain(name);
  }
});

describe('a pool of more points than are kept open', () => {
  const COUNT = 24;

  async function serveMany() {
    const tree = await ServedTree.open({ roots: [manyPoints(COUNT)], isPool: true, open: {} });
    const server = await WebDavServer.listen({ tree, port: 0, user: 'pitvault', password: 'geheim' });
    onTestFinished(async () => {
      await server.close();
      await tree.close();
    });
    const folder = `/${SERVER}/${REPLICA_ID}/`;
    const { port } = new URL(server.url);
    const get = (path: string) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, headers: { authorization: AUTH } }, resolve)
          .on('error', reject)
          .end();
      });
    const listing = (await bodyOf(await get(folder))).toString();
    const points = [...listing.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
    expect(points.length).toBe(COUNT);
    return { get, points };
  }

  async function bodyOf(response: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  it('a download goes on to its end while others are opened', async () => {
    const { get, points } = await serveMany();
    const slow = await Promise.all(points.map((point) => get(point + LARGE.name)));
    const ends = new Set<string>();
    for (const response of slow) {
      const body = await bodyOf(response);
      expect(body.length).toBe(LARGE.size);
      ends.add(body.subarray(-8).toString());
    }
    expect([...ends].toSorted()).toEqual(points.map((_, index) => Buffer.from(endOf(index)).toString()));
  });

  it('whoever asks for many at once on one connection, and leaves, leaves nothing held', async () => {
    const tree = await ServedTree.open({ roots: [manyPoints(COUNT)], isPool: true, open: {} });
    const server = await WebDavServer.listen({ tree, port: 0, user: 'pitvault', password: 'geheim' });
    onTestFinished(async () => {
      await server.close();
      await tree.close();
    });
    let held = 0;
    let most = 0;
    const keep = tree.keep.bind(tree);
    tree.keep = (id) => {
      const kept = keep(id);
      most = Math.max(most, ++held);
      return {
        [Symbol.dispose]: () => {
          held--;
          kept[Symbol.dispose]();
        },
      };
    };
    const ask = (path: string, connection = 'keep-alive'): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: ${connection}\r\nAuthorization: ${AUTH}\r\n\r\n`;
    const listing = await fetch(`${server.url}${SERVER}/${REPLICA_ID}/`, { headers: { authorization: AUTH } });
    const points = [...(await listing.text()).matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
    const client = connect(Number(new URL(server.url).port), '127.0.0.1');
    client.pause();
    client.write(points.map((point) => ask(point + LARGE.name)).join(''));
    while (held === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 500));
    client.destroy();
    for (let waited = 0; held > 0 && waited < 5000; waited += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(held).toBe(0);
    expect(most).toBe(1); // the one whose turn it is
    const later = connect(Number(new URL(server.url).port), '127.0.0.1');
    later.write(`${ask(points[0]! + LARGE.name)}${ask(`${points[1]}small%201`, 'close')}`);
    const parts: Buffer[] = [];
    for await (const part of later) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('latin1');
    expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
    expect(text.endsWith('1 of point 1')).toBe(true);
  });

  it('whoever asks on and on, and reads no answer, is hung up on', async () => {
    const tree = await ServedTree.open({ roots: [manyPoints(1)], isPool: true, open: {} });
    const server = await WebDavServer.listen({ tree, port: 0, user: 'pitvault', password: 'geheim' });
    onTestFinished(async () => {
      await server.close();
      await tree.close();
    });
    const client = connect(Number(new URL(server.url).port), '127.0.0.1');
    onTestFinished(() => void client.destroy());
    client.on('error', () => undefined);
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    client.pause();
    const head = 'HTTP/1.1\r\nHost: 127.0.0.1\r\n';
    const large = `/${SERVER}/${REPLICA_ID}/live/${LARGE.name}`;
    client.write(`GET ${large} ${head}Authorization: ${AUTH}\r\n\r\n`);
    client.write(`OPTIONS / ${head}\r\n`.repeat(10_000));
    // Whoever reads nothing learns of the end by writing.
    const asking = setInterval(() => client.write(`OPTIONS / ${head}\r\n`), 100);
    const waited = new Promise((resolve) => setTimeout(() => resolve('open'), 4000));
    expect(await Promise.race([closed, waited])).toBe('closed');
    clearInterval(asking);
  });

  it('a file of a state that was replaced is another one, though its size and times are the same', async () => {
    const pool = manyPoints(COUNT);
    const ask = await serve({ roots: [pool], isPool: true });
    const folder = `/${SERVER}/${REPLICA_ID}/`;
    const points = [...(await ask('GET', folder)).body.toString().matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
    const live = `${folder}live/${LARGE.name}`;
    const before = await ask('HEAD', live);
    const path = join(pool, SERVER, REPLICA_ID, REPLICA_ID, 'disk0.vhdx');
    saveState(`${path}.next`, 77);
    renameSync(`${path}.next`, path);
    for (const point of points) if (!point.endsWith('/live/')) await ask('HEAD', point + LARGE.name);
    const tag = String(before.headers['etag']);
    const rest = await ask('GET', live, { 'if-range': tag, range: `bytes=${LARGE.size - 8}-` });
    expect(rest.body.subarray(-8).toString()).toBe(Buffer.from(endOf(77)).toString()); // it is the new state that is read
    expect(rest.headers['last-modified']).toBe(before.headers['last-modified']);
    expect([rest.status, rest.body.length]).toEqual([200, LARGE.size]);
    expect(rest.headers['etag']).not.toBe(tag);
    expect((await ask('GET', live, { 'if-match': tag })).status).toBe(412);
  });
});
