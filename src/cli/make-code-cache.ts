/**
 * The last step of the build: runs the commands people wait for on a sample, and keeps what V8 has compiled by then. What
 * they print is thrown away.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { unboundHeap } from './bound-heap.ts';
import { encodeCompiled, hookModules, SUFFIX } from './code-cache.ts';

const POOL = process.argv[2]!;
const IMAGE = `${POOL}::${process.argv[3]}`;
const SERVER = 'build.example.com';
const REPLICA = '5b0c7b1e-2f0a-4f5e-9b53-3d1f6a7c8e90';
/**
 * In turn: what a command has compiled in files that earlier ones have loaded is not kept, since a larger cache costs every
 * start. Recovery adds its own files.
 */
const groups = (target: string, pool: string) => [
  [
    ['scan', POOL],
    ['info', IMAGE],
    ['ls', '-R', IMAGE],
    ['map', IMAGE],
  ],
  [['recover', POOL, '--datasource', 'dpmdb', '--out', join(target, 'files')]],
  [
    ['init', pool, '--server', SERVER],
    ['protect', IMAGE, '--pool', pool, '--replica', REPLICA],
    ['backup', IMAGE, '--pool', pool, '--replica', REPLICA],
    // Of a whole pool it would start a thread, which sets flags of its own.
    ['verify', join(pool, SERVER, REPLICA, REPLICA, 'disk0.vhdx')],
    ['diff', IMAGE, IMAGE],
  ],
];

async function record(folder: string): Promise<void> {
  const scripts = new Map<string, Script>();
  const compiled = new Map<string, Buffer>();
  hookModules(
    folder,
    () => null,
    (file, script) => scripts.set(file, script),
  );
  const { start } = await import('./main.ts');
  const target = mkdtempSync(join(tmpdir(), 'pitvault-build-'));
  try {
    for (const group of groups(target, join(target, 'pool'))) {
      for (const command of group) await start(command);
      unboundHeap();
      for (const [file, script] of scripts) if (!compiled.has(file)) compiled.set(file, script.createCachedData());
    }
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
  if (process.exitCode !== 0) return;
  for (const [file, data] of compiled) writeFileSync(join(folder, file + SUFFIX), encodeCompiled(data)); // half of one is not used
}

if (process.argv[4] === 'record') void record(import.meta.dirname);
else {
  const args = [process.argv[1]!, ...process.argv.slice(2, 4), 'record'];
  process.exitCode = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status ?? 1;
}
