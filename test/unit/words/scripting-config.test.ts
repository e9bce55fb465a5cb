/** Goal: ScriptingConfig.xml is read in both of its namespaces, its traps are named, and setting one data source keeps the rest. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkScriptingConfig,
  NAMESPACE,
  readScriptingConfig,
  setScripts,
} from '../../../src/words/scripting-config.ts';
import { fixturesRoot, fixturesTitle } from '../../support/fixtures.ts';

const codes = (text: string, options = {}): string[] => checkScriptingConfig(text, options).map(({ code }) => code);

describe.skipIf(fixturesRoot() === null)(fixturesTitle('files of the documents'), () => {
  const text = (name: string): string => readFileSync(join(fixturesRoot()!, 'text/dpm', name), 'utf8');

  it('DPM 2012: as it should be', () => {
    const config = text('ScriptingConfig.dpm2012.xml');
    expect(readScriptingConfig(config)).toEqual([
      { dataSourceName: 'C:', preBackupScript: 'C:\\DPMDBBACKUP\\bkupdb.cmd', timeOut: 120 },
    ]);
    expect(codes(config)).toEqual([]);
    expect(codes(config, { savedScript: 'C:\\DPMBACKUP\\bkupdb.cmd' })).toEqual(['SCRIPTING_SAVED_ELSEWHERE']);
    expect(codes(config, { protectedPath: 'D:\\DPMBACKUP' })).toEqual(['SCRIPTING_DATASOURCE']);
  });

  it('https namespace, typographic quotes', () => {
    expect(codes(text('ScriptingConfig.mabs.xml'))).toEqual(['SCRIPTING_NAMESPACE']);
    expect(codes(text('ScriptingConfig.template-with-smart-quotes.xml'))).toContain('SCRIPTING_QUOTES');
  });
});

it('sets one data source; comments, unknown elements and the others stay', () => {
  const before = `<?xml version="1.0" encoding="utf-8"?>
<ScriptConfiguration xmlns="${NAMESPACE}"><!-- by hand --><DatasourceScriptConfig DataSourceName="D:"><Odd a="1">x &amp; y</Odd><TimeOut>5</TimeOut></DatasourceScriptConfig></ScriptConfiguration>`;
  const after = setScripts(before, { dataSourceName: 'd:', preBackupScript: 'D:\\a.cmd', timeOut: 30 });
  expect(after).toContain('<!-- by hand -->');
  expect(after).toContain('<Odd a="1">x &amp; y</Odd>');
  expect(after.indexOf('PreBackupScript')).toBeLessThan(after.indexOf('TimeOut'));
  expect(readScriptingConfig(after)).toEqual([{ dataSourceName: 'D:', preBackupScript: 'D:\\a.cmd', timeOut: 30 }]);
  const two = setScripts(after, { dataSourceName: 'C:', postBackupScript: 'C:\\b.cmd' });
  expect(readScriptingConfig(two).map(({ dataSourceName }) => dataSourceName)).toEqual(['D:', 'C:']);
  expect(codes(setScripts(null, { dataSourceName: 'C:', preBackupScript: 'C:\\x.cmd.txt' }))).toEqual([
    'SCRIPTING_EXTENSION',
  ]);
});

it('what stands in the others is kept: references and quotes to the letter, CDATA as text', () => {
  const other = `<DatasourceScriptConfig DataSourceName="A &amp; &#66;">
    <PreBackupScript>"C:\\a&#x41; &lt;b&gt;.cmd"</PreBackupScript>
    <PreBackupCommandLine><![CDATA[/x "a < b" &#65;]]></PreBackupCommandLine>
    <Odd a="&#10;&quot;" c='say "b"'>&#38;amp;</Odd>
  </DatasourceScriptConfig>`;
  const before = `<?xml version="1.0"?>\n<ScriptConfiguration xmlns="${NAMESPACE}">\n  ${other}\n</ScriptConfiguration>\n`;
  const after = setScripts(before, { dataSourceName: 'C:', preBackupScript: 'C:\\R&D "x" <1>.cmd' });
  const asText = '/x &quot;a &lt; b&quot; &amp;#65;';
  expect(after).toContain(
    other.replace(/<!\[CDATA\[.*\]\]>/, () => asText).replace('\'say "b"\'', '"say &quot;b&quot;"'),
  );
  const [kept, made] = readScriptingConfig(after);
  expect(kept).toMatchObject({
    dataSourceName: 'A & B',
    preBackupScript: 'C:\\aA <b>.cmd',
    preBackupCommandLine: '/x "a < b" &#65;',
  });
  expect(made?.preBackupScript).toBe('C:\\R&D "x" <1>.cmd');
  const renamed = setScripts(after, { dataSourceName: 'a & b', timeOut: 7 });
  expect(readScriptingConfig(renamed).map(({ timeOut }) => timeOut)).toEqual([7, undefined]);
});

it('what is no such file is refused', () => {
  expect(() => readScriptingConfig('<a>')).toThrow(/not well-formed/);
  expect(() => readScriptingConfig('<a/>')).toThrow(/ScriptConfiguration/);
});
