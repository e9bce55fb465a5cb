/** The process behind a mount: serves until it is unmounted, told to end, or idle for too long. */

import { closeSync, writeSync } from 'node:fs';
import { asStorageError, invalidArgument, StorageError } from '../errors.ts';
import { FuseMount, type MountOptions } from '../serve/fuse/fuse-mount.ts';
import { leftoverText, recordMount, runningMounts } from '../serve/mount-records.ts';
import { type CommandCall, flag, text } from './command.ts';
import { absoluteLocator, type MountAnswer } from './commands/mount.ts';
import { ExitCode } from './exit-code.ts';
import { READY_VARIABLE, workerAhead } from './head-start.ts';
import { hostMounts } from './host-mounts.ts';
import { flush, line, note } from './output.ts';
import { sourceOf } from './served-source.ts';

export async function serveMount(call: CommandCall): Promise<number> {
  const channel = process.env[READY_VARIABLE];
  const answer = (value: MountAnswer): void => {
    if (channel === undefined) return;
    writeSync(Number(channel), JSON.stringify(value));
    closeSync(Number(channel));
  };
  const notes: string[] = [];
  let mount: FuseMount;
  let forget = (): void => undefined;
  try {
    if (process.platform !== 'linux') throw notHere();
    idleLimit(call);
    runningMounts((...leftover) => notes.push(leftoverText(...leftover)));
    mount = await startMount(call, (directory, device) => {
      forget = recordMount({ directory, device, source: call.words.slice(0, -1).map(absoluteLocator) });
    });
  } catch (error) {
    forget();
    answer({ notes, error: asStorageError(error).toJSON() });
    throw error;
  }
  try {
    answer({ notes, directory: mount.directory });
  } catch (error) {
    await mount.end(); // whoever asked for it is gone
    forget();
    throw error;
  }
  if (channel !== undefined)
    process.chdir('/'); // it outlives whoever started it, and would keep that folder's disk busy
  else {
    for (const text of notes) note(text);
    line(`${mount.directory} shows ${call.words.slice(0, -1).join(', ')}; end with Ctrl-C`);
    flush();
  }
  try {
    return await untilEnd(mount, call);
  } finally {
    if (!mount.isThere) forget(); // else the next start cleans it away
  }
}

async function startMount(call: CommandCall, onMounted: MountOptions['onMounted']): Promise<FuseMount> {
  const directory = call.words.at(-1)!;
  return FuseMount.start({
    source: await sourceOf(call, call.words.slice(0, -1)),
    directory,
    allowOther: flag(call.options, 'allow-other'),
    mountAsUser: (await hostMounts()).fusermount,
    worker: workerAhead(),
    onMounted,
    signal: call.signal,
  });
}

/** Milliseconds without a request after which the mount ends; null for never. */
function idleLimit({ options }: CommandCall): number | null {
  const seconds = text(options, 'idle');
  if (seconds === undefined) return null;
  const limit = Number(seconds) * 1000;
  if (limit > 0) return limit;
  throw invalidArgument('CLI_IDLE', `"${seconds}" is not a number of seconds`, {
    hint: 'give one above 0: --idle 600',
  });
}

async function untilEnd(mount: FuseMount, call: CommandCall): Promise<number> {
  const { signal } = call;
  const told = new Promise<'told'>((resolve) => {
    if (signal.aborted) resolve('told');
    signal.addEventListener('abort', () => resolve('told'));
  });
  const idle = watchIdle(mount, idleLimit(call));
  const why = await Promise.race([mount.ended.then(() => 'ended' as const), told, idle.expired]);
  idle.stop();
  if (why === 'ended' || (await end(mount)) === 'ended') return ExitCode.ok;
  // Threads that wait for the kernel cannot be ended from inside; those in the folder get "not connected".
  process.kill(process.pid, 'SIGKILL');
  return ExitCode.io;
}

async function end(mount: FuseMount): Promise<'ended' | 'left running'> {
  try {
    return await mount.end();
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    note(`${error.message}: what is left of that is cleaned away by the next start`);
    flush();
    return 'left running';
  }
}

/** Ends when no request came for so long and nobody is inside. */
function watchIdle(mount: FuseMount, limit: number | null): { expired: Promise<'idle'>; stop: () => void } {
  if (limit === null) return { expired: new Promise(() => undefined), stop: () => undefined };
  let timer: NodeJS.Timeout | undefined;
  let requests = mount.requests;
  let since = Date.now();
  const expired = new Promise<'idle'>((resolve) => {
    timer = setInterval(
      () => {
        if (mount.requests !== requests) {
          requests = mount.requests;
          since = Date.now();
        } else if (Date.now() - since >= limit) {
          try {
            mount.unmountIfFree();
            resolve('idle');
          } catch {
            since = Date.now(); // in use, though nothing is read: ask again later
          }
        }
      },
      Math.min(1000, limit),
    );
  });
  return { expired, stop: () => clearInterval(timer) };
}

function notHere(): Error {
  return invalidArgument('FUSE_ONLY_LINUX', `mount works on Linux; this is ${process.platform}`, {
    hint: 'serve the files over WebDAV instead: pitvault serve webdav SOURCE',
  });
}
