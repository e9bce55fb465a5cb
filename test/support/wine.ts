/** Node for Windows under wine: the same built files, as a Windows runs them. ABI and loading, never what ReFS or VSS do. */

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CLI, type Outcome } from './tools.ts';

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pitvault-ci');

/** What .ci/windows-node has fetched and checked; a path that says what is missing where it was not run. */
const FOLDER = process.env['WINDOWS_NODE'] ?? newest() ?? join(CACHE, 'windows-node');
const WINDOWS_NODE = join(FOLDER, 'node.exe');
export const WINE = ['wine', 'wineserver', WINDOWS_NODE] as const;

function newest(): string | undefined {
  if (!existsSync(CACHE)) return undefined;
  const name = readdirSync(CACHE)
    .filter((one) => one.startsWith('windows-node-') && existsSync(join(CACHE, one, 'complete')))
    .at(-1);
  return name === undefined ? undefined : join(CACHE, name);
}

/** A file of this machine as wine names it. */
export function onWindows(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

export class Wine {
  readonly #prefix: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** Makes a Windows of its own below `folder`. */
  constructor(folder: string) {
    this.#prefix = join(folder, 'prefix');
    this.#environment = {
      ...process.env,
      WINEPREFIX: this.#prefix,
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=', // nothing is offered for download
      NODE_PATH: onWindows(join(FOLDER, 'node_modules')), // koffi's library for Windows
    };
    for (const args of [
      ['wineboot', '-i'],
      ['winecfg', '-v', 'win10'],
    ]) {
      const { status, stderr } = spawnSync('wine', args, {
        env: this.#environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      if (status !== 0) throw new Error(`wine ${args.join(' ')} ended with ${status}: ${stderr}`);
    }
  }

  /** Below C:\, as this machine sees it. */
  drive(...path: readonly string[]): string {
    return join(this.#prefix, 'drive_c', ...path);
  }

  node(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Outcome {
    // Consoles of wine lose what is written to pipes at the end: files do not.
    const paths = [join(this.#prefix, 'out.txt'), join(this.#prefix, 'err.txt')] as const;
    const files = paths.map((path) => openSync(path, 'w'));
    const { status } = spawnSync('wine', [WINDOWS_NODE, ...args], {
      env: { ...this.#environment, ...environment },
      stdio: ['ignore', files[0], files[1]],
    });
    for (const file of files) closeSync(file);
    const [out, err] = paths.map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
    return { code: status ?? -1, out: out!, err: err! };
  }

  pitvault(args: readonly string[], environment?: NodeJS.ProcessEnv): Outcome {
    return this.node([CLI, ...args], environment);
  }

  json<T>(args: readonly string[]): T {
    const { code, out, err } = this.pitvault([...args, '--json']);
    if (code !== 0) throw new Error(`pitvault ${args.join(' ')} ended with ${code}: ${out}${err}`);
    return JSON.parse(out) as T;
  }

  /** Runs on until it is ended; its output goes to `path`. */
  start(args: readonly string[], path: string, environment: NodeJS.ProcessEnv = {}) {
    const file = openSync(path, 'w');
    const env = { ...this.#environment, ...environment };
    const child = spawn('wine', [WINDOWS_NODE, ...args], { env, stdio: ['ignore', file, file] });
    closeSync(file);
    return child;
  }

  /** Gives a folder of this machine a letter. */
  setLetter(letter: string, folder: string): void {
    symlinkSync(folder, join(this.#prefix, 'dosdevices', letter.toLowerCase()));
  }

  /** Puts Windows' Node in the place of tools that wine lacks; `script` is loaded first, and knows by which name. */
  playTools(names: readonly string[], script: string): NodeJS.ProcessEnv {
    mkdirSync(this.drive('windows', 'system32'), { recursive: true });
    for (const name of names) {
      rmSync(this.drive('windows', 'system32', name), { force: true });
      symlinkSync(WINDOWS_NODE, this.drive('windows', 'system32', name));
    }
    return { NODE_OPTIONS: `--require ${onWindows(script).replaceAll('\\', '\\\\')}` };
  }

  /** Ends all that runs in this Windows, and nothing else. */
  end(): void {
    spawnSync('wineserver', ['-k'], { env: this.#environment });
  }
}
