/**
 * The servers that bench/serve.mjs measures, pitvault's and its peers', each started afresh and taken back in any case.
 * A server is `{ start(folder) -> { at, pids, stop } }`: `at` is where clients find it, `pids` whose memory it is.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const TOOLS = [
  'qemu-storage-daemon',
  'qemu-nbd',
  'vhdimount',
  'ntfs-3g',
  'vshadowmount',
  'rclone',
  'nbdcopy',
  'curl',
  'fio',
  'losetup',
  'mountpoint',
  'setpriv',
];

/** Offset of the volume in the disk; bench/make-images.sh. */
const VOLUME_OFFSET = 1048576;
const WAIT_MS = 10_000;

export const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
const say = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' }).trim();

/** Sleeps a millisecond at a time until something is there: what is waited for is part of what is measured. */
function until(what, isThere) {
  const end = performance.now() + WAIT_MS;
  while (!isThere()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** Everything on the way undone in reverse, each step even when another fails. */
function undoing() {
  const steps = [];
  const stop = () => {
    const failed = [];
    for (const step of steps.splice(0).reverse()) {
      try {
        step();
      } catch (error) {
        failed.push(error);
      }
    }
    if (failed.length > 0) throw failed[0];
  };
  return { later: (step) => steps.push(step), stop };
}

/** Builds a server step by step; what was done is undone when a later step fails. */
function serving(build) {
  return (folder) => {
    const { later, stop } = undoing();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    try {
      return { ...build(folder, later), stop };
    } catch (error) {
      stop();
      throw error;
    }
  };
}

function endOf(child) {
  return () => {
    child.kill('SIGTERM');
    until(`the end of ${child.spawnfile}`, () => !existsSync(`/proc/${child.pid}`) || isZombie(child.pid));
  };
}

const isZombie = (pid) => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/, ''));

/** A server in the foreground ends with the bench, whatever ends that; what is mounted is for bench/janitor.mjs. */
const WITH_PARENT = ['setpriv', '--pdeathsig', 'TERM', '--'];

function background(command, ...args) {
  const [first, ...words] = [...WITH_PARENT, command, ...args];
  return spawn(first, words, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Process of the mount that ends in this folder, by its arguments. */
function processOf(...words) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let line;
    try {
      line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      continue; // gone since it was listed
    }
    if (words.every((word) => line.some((part) => part.endsWith(word)))) return Number(pid);
  }
  throw new Error(`no process has ${words.join(' ')}`);
}

/** The volume in a disk that is a file: a loop device and ntfs-3g. */
function throughNtfs3g(folder, later, disk, offset = VOLUME_OFFSET) {
  const at = join(folder, 'n');
  mkdirSync(at);
  const loop = say('losetup', '-r', '--show', '-f', '-o', String(offset), disk);
  later(() => run('losetup', '-d', loop));
  run('ntfs-3g', '-o', 'ro,noatime', loop, at);
  later(() => run('umount', at));
  return { at, pid: processOf('ntfs-3g', loop) };
}

export function servers({ root, image, plain, shadows, copy }) {
  const node = process.execPath;
  const main = join(root, 'dist/cli/main.js');
  const pitvault = (...args) => run(node, main, ...args);

  return {
    pitvaultMount: serving((folder, later) => {
      const at = join(folder, 'm');
      mkdirSync(at);
      pitvault('mount', image, at);
      later(() => pitvault('unmount', at));
      return { at, pids: [processOf('main.js', 'mount', at)] };
    }),

    vhdimount: serving((folder, later) => {
      const disk = join(folder, 'v');
      mkdirSync(disk);
      run('vhdimount', image, disk);
      later(() => run('umount', disk));
      const { at, pid } = throughNtfs3g(folder, later, join(disk, 'vhdi1'));
      return { at, pids: [pid, processOf('vhdimount', disk)] };
    }),

    qemuFuse: serving((folder, later) => {
      const disk = join(folder, 'disk');
      writeFileSync(disk, '');
      const daemon = background(
        'qemu-storage-daemon',
        '--blockdev',
        `driver=vhdx,node-name=d,read-only=on,file.driver=file,file.filename=${image}`,
        '--export',
        `type=fuse,id=e,node-name=d,mountpoint=${disk},writable=off`,
      );
      later(endOf(daemon));
      until('the export', () => spawnSync('mountpoint', ['-q', disk]).status === 0);
      const { at, pid } = throughNtfs3g(folder, later, disk);
      return { at, pids: [pid, daemon.pid] };
    }),

    pitvaultNbd: serving((folder, later) => {
      const socket = join(folder, 'socket');
      const server = background(node, main, 'serve', 'nbd', image, '--socket', socket, '--json');
      later(endOf(server));
      until('the socket', () => existsSync(socket));
      return { at: `nbd+unix:///?socket=${socket}`, pids: [server.pid] };
    }),

    qemuNbd: serving((folder, later) => {
      const socket = join(folder, 'socket');
      const server = background('qemu-nbd', '-r', '-t', '-e', '8', '-k', socket, '-f', 'vhdx', image);
      later(endOf(server));
      until('the socket', () => existsSync(socket));
      return { at: `nbd+unix:///?socket=${socket}`, pids: [server.pid] };
    }),

    pitvaultWebDav: serving((folder, later) => {
      const said = join(folder, 'said');
      const server = spawn(
        'sh',
        ['-c', `exec "$0" "$@" >'${said}'`, ...WITH_PARENT, node, main, 'serve', 'webdav', image, '--json'],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
          env: { ...process.env, PITVAULT_WEBDAV_PASSWORD: 'bench' },
        },
      );
      later(endOf(server));
      until('the address', () => existsSync(said) && readFileSync(said, 'utf8').endsWith('\n'));
      const { url, user } = JSON.parse(readFileSync(said, 'utf8'));
      return { at: url.replace(/\/$/, ''), login: `${user}:bench`, pids: [server.pid] };
    }),

    rcloneWebDav: serving((_folder, later) => {
      const port = 20_000 + (process.pid % 20_000);
      const server = background(
        'rclone',
        'serve',
        'webdav',
        plain,
        '--addr',
        `127.0.0.1:${port}`,
        '--read-only',
        '--user',
        'b',
        '--pass',
        'bench',
        '--log-level',
        'ERROR',
      );
      later(endOf(server));
      const at = `http://127.0.0.1:${port}`;
      until('rclone', () => spawnSync('curl', ['-s', '-o', '/dev/null', at]).status === 0);
      return { at, login: 'b:bench', pids: [server.pid] };
    }),

    vshadowmount: serving((folder, later) => {
      const disk = join(folder, 'v');
      mkdirSync(disk);
      run('vshadowmount', shadows, disk);
      later(() => run('umount', disk));
      const { at, pid } = throughNtfs3g(folder, later, join(disk, `vss${copy}`), 0);
      return { at, pids: [pid, processOf('vshadowmount', disk)] };
    }),
  };
}

/** Memory of a server in MiB: the most it ever had, or what it has now. */
export function memoryOf(pids, field) {
  let kibibytes = 0;
  for (const pid of pids)
    kibibytes += Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  return kibibytes / 1024;
}
