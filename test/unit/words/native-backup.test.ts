/** Goal: the files of a native backup are those that DPM and SQL Server take. Method: names with everything in them. */

import { expect, it } from 'vitest';
import {
  backupConfig,
  backupScript,
  checkBackupConfig,
  configPath,
  type NativeBackupFacts,
  nativeBackupRules,
  nativeBackupSteps,
} from '../../../src/words/native-backup.ts';
import { NAMESPACE, readScriptingConfig } from '../../../src/words/scripting-config.ts';

const FACTS: NativeBackupFacts = {
  server: 'dpm01.contoso.com',
  sqlServer: 'sql01',
  instance: 'MSDPM2012',
  database: 'DPMDB_DPM01',
  folder: 'D:\\DPMBACKUP',
  share: 'DPMBACKUP',
  version: '2019',
  timeOut: 120,
};

it('the script: instance, names in brackets and quotes, percent signs doubled, CRLF', () => {
  expect(backupScript(FACTS)).toBe(
    `OSQL -E -b -S localhost\\MSDPM2012 -Q "BACKUP DATABASE [DPMDB_DPM01] TO DISK='D:\\DPMBACKUP\\dpmdb.bak' WITH FORMAT"\r\n`,
  );
  const odd = backupScript({ ...FACTS, instance: '', database: 'a]b%c', folder: "D:\\it's" });
  expect(odd).toContain('-S localhost -Q');
  expect(odd).toContain("[a]]b%%c] TO DISK='D:\\it''s\\dpmdb.bak'");
});

it('the configuration names the script where it was saved, and the drive; other data sources keep theirs', () => {
  const fresh = backupConfig(FACTS, null);
  expect(fresh).toContain(NAMESPACE);
  expect(checkBackupConfig(FACTS, fresh)).toEqual([]);
  const before = `<?xml version="1.0"?><ScriptConfiguration xmlns="${NAMESPACE}"><!-- mine --><DatasourceScriptConfig DataSourceName="C:"><PreBackupScript>C:\\other.cmd</PreBackupScript></DatasourceScriptConfig></ScriptConfiguration>`;
  const both = backupConfig(FACTS, before);
  expect(both).toContain('<!-- mine -->');
  expect(
    readScriptingConfig(both).map(({ dataSourceName, preBackupScript }) => [dataSourceName, preBackupScript]),
  ).toEqual([
    ['C:', 'C:\\other.cmd'],
    ['D:', 'D:\\DPMBACKUP\\bkupdb.cmd'],
  ]);
  expect(checkBackupConfig(FACTS, both)).toEqual([]);
  expect(checkBackupConfig(FACTS, before).map(({ code }) => code)).toContain('SCRIPTING_DATASOURCE');
});

it('steps follow from where SQL Server is, and from the version', () => {
  const titles = (facts: NativeBackupFacts): string =>
    nativeBackupSteps(facts)
      .map(({ title }) => title)
      .join('\n');
  expect(titles(FACTS)).toContain('agent on sql01');
  expect(titles({ ...FACTS, sqlServer: undefined })).not.toContain('protection agent');
  expect([
    titles(FACTS).includes('replica, where'),
    titles({ ...FACTS, version: '2016' }).includes('replica, where'),
  ]).toEqual([false, true]);
  expect(configPath(FACTS)).toContain('Microsoft Data Protection Manager\\DPM\\Scripting');
  expect(configPath({ ...FACTS, sqlServer: undefined, version: '2016' })).toContain(
    'Microsoft System Center 2016\\DPM\\DPM',
  );
  const numbers = nativeBackupSteps(FACTS).map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

it('a share whose name has blanks is one word for cmd', () => {
  const commands = nativeBackupSteps({ ...FACTS, share: 'my back', folder: 'D:\\my back' }).flatMap(
    ({ windows }) => windows,
  );
  expect(commands).toContain('net share "my back"="D:\\my back"');
});

it('rules are judged by what was written, or left to check', () => {
  const outcome = (findings?: readonly { code: string }[]): Record<string, string> =>
    Object.fromEntries(nativeBackupRules(FACTS, findings as never).map(({ id, outcome }) => [id, outcome]));
  expect(outcome()).toMatchObject({ 'R-22': 'pass', 'R-31': 'to check', 'R-48': 'to check', 'R-49': 'to check' });
  expect(outcome([])).toMatchObject({ 'R-48': 'pass', 'R-49': 'pass' });
  expect(outcome([{ code: 'SCRIPTING_EXTENSION' }])).toMatchObject({ 'R-48': 'fail', 'R-49': 'pass' });
});
