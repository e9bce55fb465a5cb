/**
 * Goal: recovery and conversion onto a file system that shares blocks clone what they can, byte for byte, and say how
 * much; elsewhere they copy. Method: XFS and Btrfs loop mounts, a volume by ntfs-3g in an image by qemu-img.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { pitvault, run, sha256Of, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const kinds = [
  ['xfs', 'mkfs.xfs', ['-q', '-m', 'reflink=1'], true],
  ['btrfs', 'mkfs.btrfs', ['-q'], true],
  ['ext4', 'mkfs.ext4', ['-q', '-F'], false],
] as const;

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4096)
    bytes.fill(createHash('sha256').update(String(at)).digest(), at, Math.min(length, at + 4096));
  return bytes;
}

describe.each(kinds)('recovery onto %s', (kind, make, options, clones) => {
  const tools = [make, 'mkntfs', 'ntfs-3g', 'qemu-img', 'mount', 'umount'];
  it.skipIf(without(...tools))(title('clones what it can and says so', ...tools), () => {
    const folder = tempFolder();
    const [mount, inside] = [join(folder, 'mnt'), join(folder, 'ntfs')];
    mkdirSync(mount);
    mkdirSync(inside);
    run('truncate', '-s', '700M', join(folder, 'disk'));
    run(make, ...options, join(folder, 'disk'));
    run('mount', '-t', kind, '-o', 'loop', join(folder, 'disk'), mount);
    onTestFinished(() => void run('umount', mount), 60_000);
    const volume = join(folder, 'volume');
    run('truncate', '-s', '100M', volume);
    run('mkntfs', '-F', '-Q', '-q', '-c', '4096', '-s', '512', '-p', '0', '-H', '16', '-S', '63', volume);
    run('ntfs-3g', volume, inside);
    const files = { 'large.mdf': noise(40 * MIB + 777), 'middle.bin': noise(2 * MIB), 'small.txt': noise(900) };
    try {
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(inside, name), bytes);
    } finally {
      run('umount', inside);
    }
    const image = join(mount, 'disk0.vhdx');
    run('qemu-img', 'convert', '-f', 'raw', '-O', 'vhdx', '-o', 'block_size=8M', volume, image);
    for (const extra of [[], ['--no-hash']]) {
      const out = join(mount, `out${extra.length}`);
      const { code, out: said } = pitvault('recover', image, '--files', '**', '--out', out, ...extra);
      expect(code).toBe(0);
      const report = JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8'));
      for (const [name, bytes] of Object.entries(files)) {
        const digest = createHash('sha256').update(bytes).digest('hex');
        expect(sha256Of(join(out, name))).toBe(digest);
        const file = report.files.find(({ path }: { path: string }) => path === `/${name}`);
        expect(file.sha256).toBe(extra.length === 0 ? digest : undefined);
        expect(file.clonedBytes ?? 0).toBe(clones && bytes.length > MIB ? bytes.length - (bytes.length % 4096) : 0);
      }
      expect(report.totals.clonedBytes > 40 * MIB).toBe(clones);
      expect(said.includes('cloned, not copied')).toBe(clones);
    }
    const raw = join(mount, 'volume.raw');
    const converted = pitvault('convert', image, raw, '--json');
    expect(converted.code).toBe(0);
    expect(sha256Of(raw)).toBe(sha256Of(volume));
    expect(JSON.parse(converted.out).clonedBytes > 40 * MIB).toBe(clones);
  });
});
