/**
 * Goal: the writer of our databases makes what a census of pages takes for a real one. Method: a census that knows neither
 * the writer nor the reader is first held to the counts of real files, then run on generated ones of both layouts.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fixturesRoot, fixturesTitle, readFixture, unpackFixture } from '../support/fixtures.ts';
import { tempFolder } from '../support/temp.ts';
import { run, title, without } from '../support/tools.ts';

const MAKE = join(import.meta.dirname, '../../fixtures/make');
const census = (path: string): string[] => run('python3', join(MAKE, 'page_census.py'), path).trim().split('\n');

describe.skipIf(without('python3'))(title('page census', 'python3'), () => {
  it
    .skipIf(fixturesRoot() === null)
    .each(['itsligo/pubs.mdf', 'itsligo/northwnd.mdf', 'itsligo/Bookshop.mdf', 'sankaranarayanan/NORTHWND.MDF'])(
    fixturesTitle('%s as it was counted'),
    (name) => {
      const truth = readFixture('truth/mssql/mdf-page-census.txt').toString().split('\n');
      const at = truth.indexOf(`## ${name}`);
      const [pages, protection, boot] = census(unpackFixture(`mssql/${name}.gz`));
      expect([pages, protection]).toEqual(truth.slice(at + 1, at + 3));
      expect(truth[at + 3]).toContain(boot);
    },
  );

  it.each([661, 852])('a generated DPMDB of version %s has the same kinds of pages, all sound', (version) => {
    const folder = tempFolder();
    const path = join(folder, 'dpmdb.mdf');
    const script = [
      'import sys; sys.path.insert(0, sys.argv[1])',
      'import dpmdb_file',
      'from datetime import datetime, timezone',
      "replicas = {name: dpmdb_file.name_guid(name) for name in ('DPMDB', 'FILES', 'SQL', 'ORPHANS', 'DAMAGED')}",
      "open(sys.argv[2], 'wb').write(dpmdb_file.primary_file(replicas, 'DPMDB_dat', 128, 2, datetime(2024, 7, 29, tzinfo=timezone.utc), int(sys.argv[3])))",
    ].join('\n');
    run('python3', '-c', script, MAKE, path, String(version));
    const [pages, protection, boot] = census(path);
    for (const kind of ['fileheader', 'PFS', 'GAM', 'SGAM', 'DCM', 'ML(BCM)', 'boot'])
      expect(pages).toContain(`'${kind}': 1`);
    expect(pages).toMatch(/'data': \d\d.*'IAM': \d\d|'IAM': \d\d.*'data': \d\d/);
    expect(protection).toMatch(/^protection \{'checksum-ok': \d+\} bad pages \[\]$/);
    expect(boot).toBe(`boot page: dbi_version ${version} dbi_createVersion ${version}`);
  });

  it('the features database too', () => {
    const path = join(tempFolder(), 'features.mdf');
    writeFileSync(path, gunzipSync(readFileSync(join(MAKE, '../features.mdf.gz'))));
    expect(census(path)[1]).toMatch(/^protection \{'checksum-ok': \d+\} bad pages \[\]$/);
  });
});
