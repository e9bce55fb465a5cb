/**
 * Goal: two shadow copies, or a shadow copy and the volume as it is, differ in exactly the files that independent readers
 * see differ. Method: the built command line on real volumes made by Windows; the recorded hashes of every file of every
 * store are the truth.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fixturesRoot, fixturesTitle, unpackQcow2, unpackSparseTar } from '../support/fixtures.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault } from '../support/tools.ts';

type Line = {
  readonly type: string;
  readonly kind: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
};

function diff(...args: readonly string[]): { files: Line[]; summary: Line } {
  const { code, out, err } = pitvault('diff', ...args, '--files', '--json');
  if (code !== 0) throw new Error(`diff ${args.join(' ')} ended with ${code}: ${err}`);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { files: lines.filter(({ type }) => type === 'file'), summary: lines.at(-1)! };
}

/** Unnamed streams of a store, by path: size and hash. */
function truth(name: string): Map<string, string> {
  const text = gunzipSync(
    readFileSync(join(fixturesRoot()!, `truth/vss/${name}.dfir_ntfs.files-sha256.txt.gz`)),
  ).toString('utf8');
  const files = new Map<string, string>();
  for (const line of text.split('\n')) {
    const groups = /^(?<sha256>[0-9a-f]{64})\s+(?<size>\d+)\s+\d+\s+(?<path>\/.*)$/.exec(line)?.groups;
    // Metadata files and their streams are not files of the user's.
    if (groups !== undefined && !/[$:]/.test(groups['path']!))
      files.set(groups['path']!, `${groups['size']} ${groups['sha256']}`);
  }
  return files;
}

function expected(before: Map<string, string>, after: Map<string, string>): string[] {
  const changes: string[] = [];
  for (const [path, content] of after) {
    if (!before.has(path)) changes.push(`added ${path}`);
    else if (before.get(path) !== content) changes.push(`changed ${path}`);
  }
  for (const path of before.keys()) if (!after.has(path)) changes.push(`removed ${path}`);
  return changes.sort();
}

/** What was told of files that the truth knows too: not of stores, which readers of a store do not list alike. */
function told(files: readonly Line[], known: readonly Map<string, string>[]): string[] {
  return files
    .filter(({ kind, path }) => kind !== 'touched' && known.some((paths) => paths.has(path)))
    .map(({ kind, path }) => `${kind} ${path}`)
    .sort();
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('diff of shadow copies'), () => {
  const [one, two] = ['vsstest.store1', 'vsstest.store2'];

  it('two copies of one volume, chosen by number, by id, by time', () => {
    const image = unpackQcow2('vss/plaso/vsstest.qcow2');
    const [before, after] = [truth(one), truth(two)];
    const changes = expected(before, after);
    expect(changes).toContain('removed /syslog');
    for (const choice of [
      ['--shadow', '1', '--to-shadow', '2'],
      ['--shadow', '{4e3c03c2-7bc6-4288-ad96-c1eac1a55f71}', '--to-shadow-at', '2013-12-03T07:00Z'],
      ['--shadow-at', '2013-12-03T06:36Z', '--to-shadow', '2', '--volume', '1'],
    ]) {
      const { files, summary } = diff(image, ...choice);
      expect(told(files, [before, after]), choice.join(' ')).toEqual(changes);
      expect([summary.before, summary.after]).toEqual([`${image} (shadow copy 1)`, `${image} (shadow copy 2)`]);
    }
    const back = diff(image, image, '--shadow', '2', '--to-shadow', '1');
    expect(told(back.files, [before, after])).toEqual(expected(after, before));
  });

  it('a copy and the volume as it is', () => {
    const image = unpackQcow2('vss/plaso/vsstest.qcow2');
    const { files, summary } = diff(image, '--shadow', '2');
    expect(summary.after).toBe(image);
    expect(files.find(({ path }) => path === '/password.txt')?.kind).toBe('added');
    expect(diff(image, '--shadow', '2', '--to-shadow', '2').files).toEqual([]);
  });

  it('copies whose diff area is on another image', () => {
    const [volume, store] = [
      unpackSparseTar('vss/dfir_ntfs/vss_1_vol.tar.gz'),
      unpackSparseTar('vss/dfir_ntfs/vss_2_stor.tar.gz'),
    ];
    const name = 'vss_1_vol+vss_2_stor';
    const [before, after] = [truth(`${name}.store1`), truth(`${name}.store2`)];
    const { files } = diff(volume, '--volume', '2', '--shadow', '1', '--to-shadow', '2', '--diff-area', store);
    expect(told(files, [before, after])).toEqual(expected(before, after));
    const missing = pitvault('diff', volume, '--volume', '2', '--shadow', '1', '--files');
    expect([missing.code, missing.err]).toEqual([3, expect.stringMatching(/--diff-area/)]);
  });

  it('what cannot be meant is said', () => {
    const image = unpackQcow2('vss/plaso/vsstest.qcow2');
    for (const [args, message] of [
      [[image], /with what/],
      [[image, '--shadow', '1', '--shadow-at', '2020-01-01'], /exclude each other/],
      [[image, '--to-shadow', '1', '--to-shadow-at', '2020-01-01'], /--to-shadow and --to-shadow-at/],
      [[image, '--shadow', '1', '--out', join(tempFolder(), 'x.vhdx')], /whole disks/],
    ] as const) {
      const { code, err } = pitvault('diff', ...args);
      expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    }
    expect(pitvault('diff', image, '--shadow', '9').code).toBe(3);
  });
});
