/**
 * What a mount waits for longest is the start of a process and of a thread. Both need nothing of the command line, so they
 * start before it is loaded, and are taken up where the command comes to them. A command line that turns out to be wrong
 * is as wrong for the other process, which ends by itself.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import { startFuseWorker } from '../serve/fuse/start-worker.ts';

/** Set for the process that serves: the descriptor on which its answer is awaited. */
export const READY_VARIABLE = 'PITVAULT_MOUNT_READY';

let server: ChildProcess | undefined;
let worker: Worker | undefined;

/** `command`: `mount` and what follows it. */
export function startAhead(command: readonly string[]): void {
  if (command.includes('--help')) return;
  try {
    if (command.includes('--foreground')) {
      worker = startFuseWorker();
      worker.once('error', () => (worker = undefined));
    } else {
      server = spawnServer(command);
      server.once('error', () => (server = undefined));
    }
  } catch {
    // The command starts it again when it comes to that, and tells why it cannot be.
  }
}

/** The process that serves this `mount` command: the same one with --foreground. */
export function spawnServer([name, ...rest]: readonly string[]): ChildProcess {
  return spawn(process.execPath, [process.argv[1]!, name!, '--foreground', ...rest], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    // Node reads the certificates of this variable at each start, which takes as long as all else; a mount talks to nobody.
    env: { ...process.env, [READY_VARIABLE]: '3', NODE_EXTRA_CA_CERTS: undefined },
  });
}

/** What was started ahead, once. */
export function serverAhead(): ChildProcess | undefined {
  const taken = server;
  server = undefined;
  return taken;
}

export function workerAhead(): Worker | undefined {
  const taken = worker;
  worker = undefined;
  return taken;
}
