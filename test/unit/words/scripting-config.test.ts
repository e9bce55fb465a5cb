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
import { Random } from '../../support/random.ts';

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
  const quoted = { dataSourceName: 'C:', preBackupCommandLine: '"C:\\a b.log" -o "c d"' };
  expect(readScriptingConfig(setScripts(null, quoted))).toEqual([quoted]);
  expect(codes(setScripts(null, { dataSourceName: 'C:', preBackupScript: 'C:\\x.cmd.txt' }))).toEqual([
    'SCRIPTING_EXTENSION',
  ]);
});

it('every character but those of what is set stays: quotes, blanks, line ends, CDATA, comments, instructions', () => {
  const other = `<DatasourceScriptConfig   DataSourceName="A &amp; &#66;" >\r
\t\t<PreBackupScript>"C:\\a&#x41; &lt;b&gt;.cmd"</PreBackupScript><!-- two\r\n lines -->\n
\t\t<PreBackupCommandLine>  <![CDATA[/x "a < b" &#65;]]>  </PreBackupCommandLine>\r
\t\t<Odd a="&#10;&quot;" c = 'say "b > c"'>&#38;amp;</Odd>
\t</DatasourceScriptConfig>`;
  const head = `<?xml version="1.0"?>\r\n<!-- head -->\n<?pi x="y"?>\r\n<ScriptConfiguration\r\n\txmlns="${NAMESPACE}">\r\n\t`;
  const tail = '\r\n</ScriptConfiguration>\r\n<!-- tail -->';
  const after = setScripts(head + other + tail, { dataSourceName: 'C:', preBackupScript: 'C:\\R&D "x" <1>.cmd' });
  const made = `\r\n\t<DatasourceScriptConfig DataSourceName="C:">\r\n\t  <PreBackupScript>C:\\R&amp;D &quot;x&quot; &lt;1&gt;.cmd</PreBackupScript>\r\n\t</DatasourceScriptConfig>`;
  expect(after).toBe(head + other + made + tail);
  const [kept, second] = readScriptingConfig(after);
  expect(kept).toMatchObject({
    dataSourceName: 'A & B',
    preBackupScript: 'C:\\aA <b>.cmd',
    preBackupCommandLine: '/x "a < b" &#65;',
  });
  expect(second?.preBackupScript).toBe('C:\\R&D "x" <1>.cmd');
  const timed = setScripts(after, { dataSourceName: 'a & b', timeOut: 7 });
  expect(timed).toBe(after.replace('</Odd>\n', '</Odd>\r\n\t\t<TimeOut>7</TimeOut>\n'));
  const again = setScripts(timed, { dataSourceName: 'a & b', timeOut: 8, postBackupScript: 'C:\\p.cmd' });
  expect(again).toBe(timed.replace('<TimeOut>7<', '<PostBackupScript>C:\\p.cmd</PostBackupScript>\r\n\t\t<TimeOut>8<'));
  expect(setScripts(again, { dataSourceName: 'A & B', timeOut: 8 })).toBe(again);
});

it('the same of files made at random: what was set is read, what was not is there to the letter', () => {
  const random = new Random();
  const pick = (list: readonly string[]): string => list[random.below(list.length)]!;
  const blank = (): string => pick(['', ' ', '\n', '\r\n\t', '\n\n  ', '<!-- <TimeOut> "-->']);
  const pieces = [
    ['', '<PreBackupScript >C:\\a.cmd</PreBackupScript >'],
    ['', '<TimeOut>5</TimeOut>', '<TimeOut/>', '<TimeOut><![CDATA[5]]></TimeOut>'],
    ['', "<Odd x='>'/>", '<Odd>&lt;TimeOut></Odd>'],
  ];
  // What may differ: what is set, the tags of its data source, and blanks.
  const set = /<PostBackupScript>[^/]*<\/PostBackupScript>|<TimeOut(?:>\w*|><!\[CDATA\[5\]\]>)<\/TimeOut>|<TimeOut\/>/g;
  const plain = (text: string): string =>
    text.replace(set, '').replace(/<DatasourceScriptConfig[^>]*?[dD]:"\s*\/?>|<\/DatasourceScriptConfig>|\s+/g, '');
  for (let round = 0; round < 300; round++) {
    const names = ['C:', 'D:', 'SQL01\\PAYROLL'].filter(() => random.below(2) === 1);
    const sources = names.map((name) => {
      if (random.below(4) === 0) return `<DatasourceScriptConfig DataSourceName="${name}" />`;
      const content = pieces.map((kind) => blank() + pick(kind)).join('') + blank();
      return `<DatasourceScriptConfig DataSourceName="${name}">${content}</DatasourceScriptConfig>`;
    });
    const content = sources.map((one) => blank() + one).join('') + blank();
    const before = `<ScriptConfiguration xmlns="${NAMESPACE}">${content}</ScriptConfiguration>${blank()}`;
    const after = setScripts(before, { dataSourceName: 'd:', postBackupScript: 'D:\\&x.cmd', timeOut: 77 });
    const read = readScriptingConfig(after).find(({ dataSourceName }) => dataSourceName.toLowerCase() === 'd:');
    expect(read, after).toMatchObject({ postBackupScript: 'D:\\&x.cmd', timeOut: 77 });
    for (const source of sources.filter((one) => !one.includes('"D:"'))) expect(after).toContain(source);
    expect(plain(after), before).toBe(plain(before));
  }
});

it('what DPM may read in two ways is told, and not set', () => {
  const twice = `<ScriptConfiguration xmlns="${NAMESPACE}"><DatasourceScriptConfig DataSourceName="C:"><TimeOut>1</TimeOut><TimeOut>2</TimeOut></DatasourceScriptConfig><DatasourceScriptConfig DataSourceName="c:"/></ScriptConfiguration>`;
  expect(codes(twice)).toEqual(['SCRIPTING_DUPLICATE', 'SCRIPTING_DUPLICATE']);
  expect(() => setScripts(twice, { dataSourceName: 'C:', timeOut: 3 })).toThrow(/C: is there 2 times/);
  expect(readScriptingConfig(setScripts(twice, { dataSourceName: 'D:', timeOut: 3 }))).toHaveLength(3);
});

it('a script that is expected and is not there is an error', () => {
  const idle = setScripts(null, { dataSourceName: 'C:', timeOut: 3 });
  expect(codes(idle)).toEqual([]);
  expect(codes(idle, { savedScript: 'C:\\a.cmd' })).toEqual(['SCRIPTING_NO_SCRIPT']);
  const empty = `<ScriptConfiguration xmlns="${NAMESPACE}"/>`;
  expect(checkScriptingConfig(empty).map(({ severity }) => severity)).toEqual(['info']);
  expect(checkScriptingConfig(empty, { protectedPath: 'C:\\x' }).map(({ severity }) => severity)).toEqual(['error']);
});

it('what is no such file is refused', () => {
  expect(() => readScriptingConfig('<a>')).toThrow(/not well-formed/);
  expect(() => readScriptingConfig('<a/>')).toThrow(/ScriptConfiguration/);
  const inside = (text: string): string => `<ScriptConfiguration xmlns="${NAMESPACE}">${text}</ScriptConfiguration>`;
  // Entities of a document type: none is read, and none is lost by writing.
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>\n`;
  expect(() => setScripts(bomb + inside('&b;'), { dataSourceName: 'C:' })).toThrow(/line 1: a document type/);
  for (const name of ['&b;', '&constructor;', '&;'])
    expect(() => readScriptingConfig(inside(name)), name).toThrow(/not well-formed/);
  expect(() => readScriptingConfig(inside('<a>'))).toThrow(/not well-formed/);
  expect(() => readScriptingConfig(`${inside('')}${inside('')}`)).toThrow(/not well-formed/);
  const deep = `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`;
  for (const hostile of [deep, '<__proto__>x</__proto__>', '<a constructor="1"/>'])
    expect(() => readScriptingConfig(inside(hostile)), hostile.slice(0, 30)).toThrow(/not well-formed/);
});
