/**
 * `pitvault mount SOURCE... DIR`. The mount must outlive this process, so it is a process of its own: the same command
 * with --foreground, which tells through a pipe that the files can be read, or why not.
 */

import { resolve } from 'node:path';
import { asStorageError, StorageError, type StorageErrorJson } from '../../errors.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { serverAhead, spawnServer } from '../head-start.ts';
import { json, line, note } from '../output.ts';

/** `notes`: what was done about mounts that a crash had left. */
export type MountAnswer = { readonly notes: readonly string[] } & (
  | { readonly directory: string }
  | { readonly error: StorageErrorJson }
);

export async function run(call: CommandCall): Promise<number> {
  if (flag(call.options, 'foreground')) {
    const { serveMount } = await import('../serve-mount.ts');
    return serveMount(call);
  }
  const directory = await startServer(process.argv.slice(2), call.signal);
  const sources = call.words.slice(0, -1);
  if (call.json) json({ directory, source: sources });
  else line(`${directory} shows ${sources.join(', ')}; end with: pitvault unmount ${directory}`);
  return ExitCode.ok;
}

/** Starts the process that serves this `mount` command; returns the folder when its files can be read. */
export async function startServer(command: readonly string[], signal: AbortSignal): Promise<string> {
  const answer = await askServer(command, signal);
  for (const text of answer.notes) note(text);
  if ('error' in answer) throw StorageError.fromJSON(answer.error);
  return answer.directory;
}

function askServer(command: readonly string[], signal: AbortSignal): Promise<MountAnswer> {
  const server = serverAhead() ?? spawnServer(command);
  return new Promise((settle, reject) => {
    server.on('error', (error) => reject(asStorageError(error)));
    // A process that could not be started has no channel, and says so above.
    const channel = server.stdio?.[3] as NodeJS.ReadableStream | undefined;
    let text = '';
    channel?.setEncoding('utf8');
    channel?.on('data', (part) => {
      text += part;
    });
    channel?.on('end', () => {
      server.unref();
      if (text !== '') settle(JSON.parse(text) as MountAnswer);
      else reject(endedSilently());
    });
    signal.addEventListener('abort', () => {
      server.kill('SIGTERM');
      reject(new StorageError('cancelled', 'CANCELLED', 'cancelled'));
    });
  });
}

function endedSilently(): StorageError {
  const message = 'the process that serves the mount ended before it could say why';
  const hint = 'see whether the system ended it (out of memory, too many processes): --foreground shows what it says';
  return new StorageError('io', 'MOUNT_SERVER_ENDED', message, { hint });
}

/** The first part of a locator is a path; the rest stands inside. */
export function absoluteLocator(locator: string): string {
  const [first = '', ...inner] = locator.split('::');
  return [resolve(first), ...inner].join('::');
}
