/** Which DPM a database belongs to: it can be restored to a server of the same version and update rollup only. */

import { invalidArgument } from '../errors.ts';
import type { SqlTables } from '../sql/scope.ts';
import { runOnDpmdb } from './run-script.ts';
import { VERSION_SCRIPT } from './scripts.ts';

/** Published builds. A build that is not here is named by its family. */
const BUILDS: readonly (readonly [build: string, name: string])[] = [
  ['4.0.1908.0', '2012 RTM'],
  ['4.1.3313.0', '2012 SP1'],
  ['4.2.1205.0', '2012 R2 RTM'],
  ['5.0.158.0', '2016 RTM'],
  ['5.0.247.0', '2016 UR1'],
  ['5.0.322.0', '2016 UR2'],
  ['5.0.342.0', '2016 UR4'],
  ['5.0.361.0', '2016 UR5'],
  ['5.0.375.0', '2016 UR6'],
  ['5.0.409.0', '2016 UR7'],
  ['5.0.457.0', '2016 UR8'],
  ['5.0.525.0', '2016 UR9'],
  ['5.0.622.0', '2016 UR10'],
  ['5.1.363.0', '1801'],
  ['5.1.378.0', '1807'],
  ['10.19.58.0', '2019 RTM'],
  ['10.19.260.0', '2019 UR1'],
  ['10.19.379.0', '2019 UR2'],
  ['10.19.458.0', '2019 UR3'],
];
const FAMILIES: readonly (readonly [prefix: string, name: string])[] = [
  ['4.0.', '2012'],
  ['4.1.', '2012 SP1'],
  ['4.2.', '2012 R2'],
  ['5.0.', '2016'],
  ['5.1.', '1801 or 1807'],
  ['10.19.', '2019'],
  ['10.22.', '2022'],
  ['10.25.', '2025'],
];

export type DpmBuild = { readonly build: string; readonly name: string; readonly files: readonly string[] };

export type DpmVersionReport = {
  /** Oldest first; the last is what the database is at. */
  readonly builds: readonly DpmBuild[];
  readonly version: string | null;
  /** Null without a target. */
  readonly matches: boolean | null;
  readonly summary: string;
};

/** `5.0.409` and `5.0.409.0` are one build. */
function normalBuild(build: string): string {
  const parts = build.trim().split('.');
  while (parts.length < 4) parts.push('0');
  return parts.join('.');
}

function buildName(build: string): string {
  const wanted = normalBuild(build);
  const known = BUILDS.find(([each]) => each === wanted);
  if (known !== undefined) return known[1];
  const family = FAMILIES.find(([prefix]) => wanted.startsWith(prefix));
  return family === undefined ? 'unknown build' : `unknown build, family ${family[1]}`;
}

/** Runs the version query. `target`: build of the server that the database shall be restored to. */
export async function dpmVersion(tables: SqlTables, target?: string): Promise<DpmVersionReport> {
  if (target !== undefined && !/^\d+(\.\d+){2,3}$/.test(target.trim())) {
    throw invalidArgument('DPM_BUILD', `"${target}" is no build number`, {
      hint: 'write it as the console shows it: 5.0.409.0',
    });
  }
  const { results } = await runOnDpmdb(VERSION_SCRIPT, tables);
  const builds = new Map<string, string[]>();
  for (const [major, minor, build, file] of results[0]!.rows) {
    if (major === null || minor === null || build === null) continue;
    const number = normalBuild(`${major}.${minor}.${build}`);
    const files = builds.get(number) ?? [];
    if (file !== null) files.push(String(file));
    builds.set(number, files);
  }
  const list = [...builds]
    .map(([build, files]) => ({ build, name: buildName(build), files }))
    .sort((a, b) => compareBuilds(a.build, b.build));
  const newest = list.at(-1);
  const matches = target === undefined ? null : newest === undefined ? null : newest.build === normalBuild(target);
  return { builds: list, version: newest?.build ?? null, matches, summary: summaryOf(newest, target, matches) };
}

function summaryOf(newest: DpmBuild | undefined, target: string | undefined, matches: boolean | null): string {
  if (newest === undefined) {
    const empty = 'a base version, or upgraded without an update rollup since: the database names none';
    return target === undefined
      ? empty
      : `${empty}; whether ${target} (${buildName(target)}) is the same cannot be told from it`;
  }
  const own = `DPM ${newest.name} (${newest.build})`;
  if (matches === null) return own;
  if (matches) return `${own}: the same as the target`;
  return `${own}: the target is ${buildName(target!)} (${normalBuild(target!)}). The DPM that the database is restored to must be of the same version and update rollup`;
}

function compareBuilds(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const [i, part] of left.entries()) if (part !== right[i]) return part - (right[i] ?? 0);
  return 0;
}
