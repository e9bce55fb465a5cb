/**
 * Other people's tools as judges. What a test needs is a list of names: a tool of the PATH, the path of a device, or `root`.
 * Where one is missing the test is skipped and its title says which; in CI nothing is skipped, so it fails there.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const CLI = join(import.meta.dirname, '../../dist/cli/main.js');
const REQUIRED = process.env['PITVAULT_REQUIRE_ORACLES'] === '1';

function isThere(tool: string): boolean {
  if (tool === 'root') return process.getuid?.() === 0;
  if (tool.startsWith('/')) return existsSync(tool);
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false; // not in this folder
    }
  });
}

/** For `describe.skipIf`: true when something is missing, unless CI requires it all; then the tests run and fail. */
export function without(...tools: readonly string[]): boolean {
  return !REQUIRED && tools.some((tool) => !isThere(tool));
}

export function title(what: string, ...tools: readonly string[]): string {
  const missing = tools.filter((tool) => !isThere(tool));
  return missing.length === 0 ? what : `${what} (missing: ${missing.join(', ')})`;
}

export function run(tool: string, ...args: readonly string[]): string {
  const env = { ...process.env, PATH: `${process.env['PATH']}${delimiter}/usr/sbin${delimiter}/sbin` };
  return execFileSync(tool, args, { env, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] });
}

export type Outcome = { readonly code: number; readonly out: string; readonly err: string };

/** The built command line, as a user runs it. */
export function pitvault(...args: readonly string[]): Outcome {
  const result = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { code: result.status ?? -1, out: result.stdout, err: result.stderr };
}

/** Its JSON; fails with what it said when it ended with another code. */
export function pitvaultJson<T>(...args: readonly string[]): T {
  const { code, out, err } = pitvault(...args, '--json');
  if (code !== 0) throw new Error(`pitvault ${args.join(' ')} ended with ${code}: ${out}${err}`);
  return JSON.parse(out) as T;
}

export function sha256Of(path: string): string {
  return run('sha256sum', '--', path).split(' ')[0]!.replace(/^\\/, '');
}
