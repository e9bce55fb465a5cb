/** Goal: what is written into XML can be read from it again, and what XML cannot hold is never in it unseen. */

import { expect, it } from 'vitest';
import { escapeContent, escapeXml, isXmlText, shownInXml } from '../../../src/base/xml-text.ts';
import { setScripts } from '../../../src/words/scripting-config.ts';

it('escapes what would be markup; replaces what XML cannot hold only where text is shown', () => {
  expect(shownInXml('a<b>&"\u0001\ud800')).toBe('a&lt;b&gt;&amp;&quot;\ufffd\ufffd');
  expect(shownInXml('\t\n\r\u0085ü\u{1f4be}')).toBe('\t\n\r\u0085ü\u{1f4be}');
  expect(escapeXml('"&amp;"')).toBe('&quot;&amp;amp;&quot;');
  expect(escapeContent('"\u0001')).toBe('"\u0001');
  for (const bad of ['\0', '\u001b', '\ufffe', '\uffff', 'a\udc00b'])
    expect(isXmlText(bad), JSON.stringify(bad)).toBe(false);
  expect(isXmlText('C:\\ü \u{1f4be}\r\n')).toBe(true);
});

it('a script with a character that XML cannot hold is refused, not changed', () => {
  const set = (preBackupScript: string) => setScripts(null, { dataSourceName: 'C:', preBackupScript });
  expect(() => set('C:\\a\u0007.cmd')).toThrow(expect.objectContaining({ code: 'SCRIPTING_TEXT' }));
  expect(set('C:\\a&b.cmd')).toContain('C:\\a&amp;b.cmd');
});
