/** Goal: the printed procedure is the right one for storage and version, whole, and without the mistakes of its source. */

import { expect, it } from 'vitest';
import { pathQuery, type RunbookFacts, recoverDpmdbSteps } from '../../../src/words/runbook.ts';
import { recoverDpmdbRules } from '../../../src/words/runbook-rules.ts';

const MBS: RunbookFacts = {
  server: 'dpm01.contoso.com',
  storage: 'mbs',
  version: '2019',
  accessPath: 'V:\\sub',
  replicaId: '850b95be-b942-4351-83bd-0a1815a936b2',
  pointId: '0c5b7f1e-2d94-4a86-b3e1-7f6a5d4c3b20',
};
const LEGACY: RunbookFacts = { server: 'dpm01', storage: 'legacy', version: '2016' };
const commands = (facts: RunbookFacts): string =>
  recoverDpmdbSteps(facts)
    .flatMap(({ windows, pitvault }) => [...windows, ...pitvault])
    .join('\n');

it('MBS: paths, whole volume names, read-only, everything given back', () => {
  const text = commands(MBS);
  expect(text).toContain(
    'cd "V:\\sub\\dpm01.contoso.com\\850b95be-b942-4351-83bd-0a1815a936b2\\0c5b7f1e-2d94-4a86-b3e1-7f6a5d4c3b20"',
  );
  expect(text).toContain("mountvol X: '\\\\?\\Volume{850b95be-b942-4351-83bd-0a1815a936b2}\\'"); // it is typed into PowerShell
  expect(text).toContain('-ReadOnly');
  expect(text.indexOf('mountvol X: /D')).toBeGreaterThan(text.indexOf('robocopy'));
});

it('RestoreDb, then Sync, then ReallocateReplica, spelled as DpmSync takes them', () => {
  for (const facts of [MBS, LEGACY]) {
    const text = commands(facts);
    const places = ['-RestoreDb', '-Sync', '-ReallocateReplica'].map((option) => text.indexOf(`DpmSync ${option}`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).not.toMatch(/[\u2013\u2014]|DPMSYNC-/);
  }
});

it('legacy: list, expose, copy, unexpose', () => {
  const text = commands(LEGACY);
  const places = ['vssadmin list shadows /for=', 'expose {', 'robocopy', 'unexpose X:'].map((part) =>
    text.indexOf(part),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThanOrEqual(0);
});

it('what pitvault reads is named as it was given, so that each line runs as it stands', () => {
  const mbs = commands({ ...MBS, pool: ['/mnt/my pool', '/mnt/b'], disk: '/mnt/my pool/a/disk0.vhdx' });
  for (const word of ['mount-vhd', 'dismount-vhd'])
    expect(mbs).toContain(`pitvault ${word} '/mnt/my pool/a/disk0.vhdx'`);
  const named = `--replica ${MBS.replicaId} --point ${MBS.pointId} --datasource dpmdb`;
  expect(mbs).toContain(`pitvault recover '/mnt/my pool' /mnt/b ${named}`);
  expect(mbs).not.toMatch(/cd '|<pool>/);
  expect(commands(MBS)).toContain(`pitvault recover <pool> ${named}`);
  const legacy = commands({ ...LEGACY, image: 'r.vhdx', furtherImages: ['d.vhdx'], pointId: MBS.pointId! });
  for (const word of ['mount-vhd', 'dismount-vhd']) {
    for (const disk of ['r.vhdx', 'd.vhdx']) expect(legacy).toContain(`pitvault ${word} ${disk}`);
  }
  expect(legacy).toContain(`pitvault recover r.vhdx --diff-area d.vhdx --shadow ${MBS.pointId} --datasource dpmdb`);
  expect(commands(LEGACY)).toContain(
    "pitvault recover <replica disk> --shadow '{<Shadow Copy ID>}' --datasource dpmdb",
  );
});

it('the query is valid T-SQL for each version, and drops neither replicas out of use nor those of SQL Servers elsewhere', () => {
  expect(pathQuery(MBS)).toContain('V.Server as Folder');
  expect(pathQuery({ ...MBS, version: '2016' })).not.toContain('as Folder');
  expect(pathQuery(LEGACY)).toContain('V.Usage = 1');
  for (const facts of [MBS, LEGACY]) {
    expect(pathQuery(facts)).toMatch(/^select .*LR\.Validity/);
    expect(pathQuery(facts)).toMatch(/where DS\.DataSourceName like N'%dpmdb%' and DS\.ProtectedGroupId is not null$/m);
  }
});

it('rules are judged by evidence, or left to check', () => {
  const outcome = (facts: RunbookFacts, evidence = {}): Record<string, string> =>
    Object.fromEntries(recoverDpmdbRules(facts, evidence).map((rule) => [rule.id, rule.outcome]));
  expect(outcome(MBS)).toMatchObject({ 'R-36': 'to check', 'R-37': 'to check', 'R-39': 'pass', 'R-43': 'to check' });
  const found = { servers: ['DPM01.contoso.com'], readable: true, strangeFolders: [], mountsLeft: ['/mnt/x'] };
  expect(outcome(MBS, found)).toMatchObject({ 'R-36': 'pass', 'R-37': 'pass', 'R-38': 'pass', 'R-43': 'fail' });
  expect(outcome(MBS, { ...found, servers: ['other'] })['R-36']).toBe('fail');
  expect(outcome(LEGACY)).toHaveProperty('R-46', 'to check');
  expect(outcome(LEGACY, { mountsLeft: ['/mnt/x'] })).toMatchObject({ 'R-43': 'fail', 'R-17': 'to check' });
  expect(outcome(MBS, { target: { folder: '/tmp', readers: 'others too' } })['R-17']).toBe('fail');
  // What nobody has looked at is not told as seen.
  for (const { outcome: judged, detail } of recoverDpmdbRules(MBS, {}))
    if (judged === 'to check') expect(detail).not.toMatch(/nothing is left|every folder is/);
  const why = recoverDpmdbRules(MBS, { readable: false, unreadable: 'no VHDX' }).find(({ id }) => id === 'R-37');
  expect(why).toMatchObject({ outcome: 'fail', detail: 'no VHDX' });
});

it('a database on another SQL Server is restored there, and synchronised on the DPM server', () => {
  const remote = { ...MBS, sqlServer: 'contoso', instance: 'ms$dpm', database: 'DPMDB_X' };
  const [restore, sync] = recoverDpmdbSteps(remote).slice(-3);
  expect([restore?.on, sync?.on]).toEqual(['the SQL Server', 'the DPM server']);
  expect(restore?.windows[0]).toMatch(/ -InstanceName contoso\\ms\$dpm -DpmDbName DPMDB_X$/);
  expect(commands({ ...MBS, sqlServer: 'sql01', instance: '' })).toContain(
    '-InstanceName sql01 -DpmDbName <DPMDB name>',
  );
  expect(commands({ ...MBS, sqlServer: 'sql01' })).toContain('-InstanceName sql01\\<instance> ');
  expect(commands(MBS)).toContain('-InstanceName <server\\instance> ');
  const judged = recoverDpmdbRules(remote, {}).find(({ id }) => id === 'R-42');
  expect(judged).toMatchObject({ outcome: 'pass', detail: expect.stringContaining('contoso') });
});

it('on the DPM server the steps of Windows name the disk that was found', () => {
  const disk = 'D:\\DPM\\dpm01.contoso.com\\a\\b\\disk1.vhdx';
  const text = recoverDpmdbSteps({ ...MBS, disk })
    .flatMap(({ windows }) => windows)
    .join('\n');
  expect(text).toContain('cd "D:\\DPM\\dpm01.contoso.com\\a\\b"\nMount-VHD disk1.vhdx -ReadOnly');
  expect(text).toContain('Dismount-VHD disk1.vhdx');
});
