/**
 * Goal: NBD clients of others read exactly the disk, skip its holes, and see what changed. Method: nbdinfo, nbdcopy,
 * qemu-img compare and qemu-io against the built command line, on a dynamic VHDX that qemu-img made.
 */

import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { CLI, run, sha256Of, title, without } from '../support/tools.ts';

async function serve(...args: string[]): Promise<string> {
  const server = spawn(process.execPath, [CLI, 'serve', 'nbd', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void server.kill('SIGTERM'));
  let text = '';
  for await (const part of server.stdout.setEncoding('utf8')) {
    text += part;
    if (text.includes('}')) break;
  }
  return (JSON.parse(text) as { uri: string }).uri;
}

describe.skipIf(without('nbdinfo', 'nbdcopy', 'qemu-img', 'qemu-io'))(
  title('nbd', 'nbdinfo', 'nbdcopy', 'qemu-img', 'qemu-io'),
  () => {
    it('a whole disk, its holes, single reads, and what changed since', async () => {
      const folder = tempFolder();
      const random = new Random(Number(process.env['SEED'] ?? 1));
      const raw = join(folder, 'disk.raw');
      const fd = openSync(raw, 'w');
      for (let place = 0; place < 40; place++) writeSync(fd, random.bytes(5000), 0, 5000, random.below(60 * 2 ** 20));
      writeSync(fd, Buffer.from([1]), 0, 1, 64 * 2 ** 20 - 1);
      closeSync(fd);
      const vhdx = join(folder, 'disk.vhdx');
      run('qemu-img', 'convert', '-O', 'vhdx', '-o', 'subformat=dynamic,block_size=1M', raw, vhdx);
      const socket = join(folder, 'n.sock');
      const uri = await serve(vhdx, '--socket', socket);
      expect(statSync(socket).mode & 0o777).toBe(0o600);
      expect(run('nbdinfo', '--size', uri).trim()).toBe(String(64 * 2 ** 20));
      expect(run('nbdinfo', '--map', uri)).toMatch(/hole,zero/);
      const copy = join(folder, 'copy.raw');
      run('nbdcopy', uri, copy);
      expect(sha256Of(copy)).toBe(sha256Of(raw));
      expect(run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', uri, raw)).toMatch(/identical/);
      expect(run('qemu-io', '-r', '-f', 'raw', '-c', 'read -v 67108863 1', uri)).toMatch(/: {2}01/);

      const changed = join(folder, 'changed.raw');
      copyFileSync(raw, changed);
      const patch = openSync(changed, 'r+');
      writeSync(patch, Buffer.from('changed'), 0, 7, 20 * 2 ** 20);
      closeSync(patch);
      writeFileSync(join(folder, 'note'), 'x');
      const since = await serve(changed, '--socket', join(folder, 's #&+%?.sock'), '--since', vhdx);
      const dirty = run('nbdinfo', '--map=qemu:dirty-bitmap:since-disk.vhdx', since)
        .split('\n')
        .filter((line) => /dirty/.test(line));
      expect(dirty.map((line) => Number(line.trim().split(/\s+/)[0]))).toEqual([20 * 2 ** 20]);
    });
  },
);
