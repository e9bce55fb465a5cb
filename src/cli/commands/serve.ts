/** `pitvault serve nbd IMAGE`, `pitvault serve webdav IMAGE|POOL` */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { invalidArgument } from '../../errors.ts';
import { openImage } from '../../image/image.ts';
import type { AddressMap } from '../../map/address-map.ts';
import type { ChangedRange } from '../../serve/nbd/meta-context.ts';
import { namedVolume } from '../choose-volume.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { hostFiles } from '../host-files.ts';
import { refusePoolOptions } from '../is-pool.ts';
import { flush, json, line } from '../output.ts';
import { untilSignal } from '../until-signal.ts';

/** A password of the user's own; arguments can be read by everybody on the machine. */
const PASSWORD_VARIABLE = 'PITVAULT_WEBDAV_PASSWORD';

export async function run(call: CommandCall): Promise<number> {
  const kind = call.words[0]!;
  if (kind === 'nbd') return serveNbd(call);
  if (kind === 'webdav') return serveWebDav(call);
  throw invalidArgument('CLI_SERVE_KIND', `"${kind}" is nothing that can be served`, { hint: 'nbd and webdav are' });
}

async function serveNbd(call: CommandCall): Promise<number> {
  const { words, options, open, signal, progress } = call;
  const [{ NbdServer }, { allocationContext, dirtyContext }, { HostHoleMap }] = await Promise.all([
    import('../../serve/nbd/nbd-server.ts'),
    import('../../serve/nbd/meta-context.ts'),
    import('../../copy/host-holes.ts'),
  ]);
  const host = await hostFiles();
  await using image = await openImage(words[1]!, { ...open, locks: host });
  refusePoolOptions(call, image.name);
  const map = new HostHoleMap(servedMap(image, call), host);
  const contexts = [allocationContext(map)];
  const since = text(options, 'since');
  if (since !== undefined) {
    const { diffDisks } = await import('../../diff/disk-diff.ts');
    await using base = await openImage(since, open);
    const changes: ChangedRange[] = [];
    await diffDisks(servedMap(base, call), map, {
      host,
      signal,
      onRange: (range) => changes.push(range), // what could not be compared counts as changed
      onProgress: (done, total) => progress.update(done, total, 'compare'),
    });
    progress.end();
    contexts.push(dirtyContext(`since-${since.split(/[\\/]/).at(-1)}`, changes, map.size));
  }
  await using server = await NbdServer.listen({ name: 'disk', map, contexts }, nbdAddress(call));
  announce(call, server.uri, map.size);
  await untilSignal(signal);
  return ExitCode.ok;
}

async function serveWebDav(call: CommandCall): Promise<number> {
  const { options, signal } = call;
  const [{ WebDavServer }, { ServedTree }, { sourceOf }] = await Promise.all([
    import('../../serve/webdav/webdav-server.ts'),
    import('../../serve/served-tree.ts'),
    import('../served-source.ts'),
  ]);
  if (text(options, 'socket') !== undefined)
    throw invalidArgument('CLI_SERVE_ADDRESS', 'webdav listens on a port only');
  const given = process.env[PASSWORD_VARIABLE];
  if (given === '') {
    const hint = 'unset it, and a random one is printed; or give one';
    throw invalidArgument('CLI_SERVE_PASSWORD', `${PASSWORD_VARIABLE} is empty: it would let everybody in`, { hint });
  }
  await using tree = await ServedTree.open(await sourceOf(call, call.words.slice(1)));
  const user = 'pitvault';
  // hexadecimal: a leading dash would be an option to `rclone obscure` and whatever else takes it as an argument
  const password = given ?? randomBytes(12).toString('hex');
  const port = portNumber(text(options, 'port') ?? '0');
  await using server = await WebDavServer.listen({ tree, port, user, password });
  if (call.json) json({ url: server.url, user, password });
  else {
    line(`serving ${server.url} (read-only); end with Ctrl-C`);
    line(`user ${user}, password ${given === undefined ? password : `as in ${PASSWORD_VARIABLE}`}`);
  }
  flush();
  await untilSignal(signal);
  return ExitCode.ok;
}

/** The disk, or the volume or shadow copy that the options name. */
function servedMap(image: Awaited<ReturnType<typeof openImage>>, { options }: CommandCall): AddressMap {
  return namedVolume(image, options)?.map ?? image.disk;
}

function nbdAddress({ options }: CommandCall): { socket: string } | { port: number } {
  const socket = text(options, 'socket');
  const port = text(options, 'port');
  if (socket !== undefined && port !== undefined) {
    throw invalidArgument('CLI_SERVE_ADDRESS', '--socket and --port exclude each other');
  }
  if (port !== undefined) return { port: portNumber(port) };
  return { socket: socket ?? join(process.cwd(), `pitvault-${process.pid}.nbd`) };
}

function portNumber(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) < 65_536) return Number(value);
  throw invalidArgument('CLI_PORT', `"${value}" is not a port number`);
}

/** Whoever started this waits for the line, through a pipe too. */
function announce({ json: asJson }: CommandCall, uri: string, size: number): void {
  if (asJson) json({ uri, size });
  else line(`serving ${uri} (${size} bytes, read-only); end with Ctrl-C`);
  flush();
}
