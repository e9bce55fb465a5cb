/**
 * Takes back what a bench has mounted when the bench is killed, however that is done: a bench waits for other programs and hears
 * no signal meanwhile. Started by the bench; the pipe between them closes when the bench is no more, whatever ended it.
 *
 *     node bench/janitor.mjs FOLDER [FURTHER...]
 *
 * Mounts and loop devices are those below FOLDER, which nobody else mounts in; it is removed with what else is named.
 */

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readSync, rmSync } from 'node:fs';
import { sep } from 'node:path';

/** A loop device is free once what uses it is unmounted, and so on down. */
const PASSES = 6;
const PAUSE_MS = 200;

/** Has a janitor wait for the end of this process. It belongs to no group that a terminal ends. */
export function cleanUpAfterDeath(...places) {
  const janitor = spawn(process.execPath, [import.meta.filename, ...places], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  janitor.unref();
  janitor.stdin.unref?.();
}

/** Mount points below the folder, the last one first. */
function mountsBelow(folder) {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))))
    .filter((path) => path.startsWith(folder + sep))
    .reverse();
}

/** Loop devices over files below the folder. */
function loopsBelow(folder) {
  const said = spawnSync('losetup', ['-l', '-n', '-O', 'NAME,BACK-FILE'], { encoding: 'utf8' }).stdout ?? '';
  const devices = said.split('\n').map((line) => /^(\S+)\s+(.*)$/.exec(line.trim()));
  return devices.filter((found) => found?.[2].startsWith(folder + sep)).map((found) => found[1]);
}

function takeBack(folder) {
  for (let pass = 0; pass < PASSES; pass++) {
    const [mounts, loops] = [mountsBelow(folder), loopsBelow(folder)];
    if (mounts.length + loops.length === 0) return true;
    for (const path of mounts) spawnSync('umount', [path], { stdio: 'ignore' });
    for (const device of loops) spawnSync('losetup', ['-d', device], { stdio: 'ignore' });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
  return mountsBelow(folder).length + loopsBelow(folder).length === 0;
}

if (process.argv[1] === import.meta.filename) {
  const [folder, ...further] = process.argv.slice(2);
  while (readSync(0, Buffer.alloc(64)) > 0); // until the pipe closes
  if (takeBack(folder)) for (const path of [folder, ...further]) rmSync(path, { recursive: true, force: true });
  else process.stderr.write(`still mounted below ${folder}: unmount it, then remove the folder\n`);
}
