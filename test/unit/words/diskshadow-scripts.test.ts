/**
 * Goal: diskshadow's scripts run as they were saved, and what they start knows what they know. Method: scripts in every
 * encoding that Notepad and PowerShell write; programs that tell their environment; a log.
 */

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { diskshadow } from '../../../src/words/diskshadow.ts';
import type { WordsContext } from '../../../src/words/words-context.ts';
import { tempFolder } from '../../support/temp.ts';

let home: string;
let before: string;

beforeEach(() => {
  home = tempFolder();
  process.env['PITVAULT_STATE'] = join(home, 'state');
  before = process.cwd();
  onTestFinished(() => {
    delete process.env['PITVAULT_STATE'];
    process.chdir(before);
  });
});

async function run(...args: string[]): Promise<string[]> {
  const out: string[] = [];
  const context: WordsContext = {
    out: (line) => void out.push(line),
    note: () => undefined,
    mounter: { mount: async () => undefined, unmount: async () => undefined },
    open: {},
    absolute: (path) => path,
    flush: () => writeFileSync(join(home, 'flushed'), out.join('\n')),
    computerName: 'TEST',
    files: () => Promise.reject(new Error('no files are to be written')),
    ask: async () => null,
    waiting: (work) => work(),
  };
  expect(await diskshadow(args, context)).toBe(0);
  return out;
}

function script(bytes: string | Uint8Array): string {
  const path = join(home, 'script.dsh');
  writeFileSync(path, bytes);
  return path;
}

describe('a script', () => {
  const text = 'add alias Straße 1\r\nadd\r\n# end\r\n';
  const swapped = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

  it('in another encoding: refused before a line is run, unless the letters stand in comments', async () => {
    const latin = (lines: string) => script(Buffer.from(lines, 'latin1'));
    await expect(run('-s', latin('add alias a 1\r\nadd alias Straße 1\r\n'))).rejects.toMatchObject({
      code: 'DISKSHADOW_ENCODING',
      message: expect.stringContaining('line 2'),
    });
    await expect(run('-s', script(Buffer.from('add\r\n', 'utf16le')))).rejects.toMatchObject({
      code: 'DISKSHADOW_ENCODING',
    });
    expect(await run('-s', latin('# für Straße\r\nadd alias a 1 # Straße\r\nadd\r\n'))).toContain('%a% = 1');
  });

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 BE', swapped],
  ])('in %s', async (_, bytes) => {
    expect(await run('-s', script(bytes))).toContain('-> add alias Straße 1');
  });

  it('has its aliases in the environment of what it starts, which lies in the current folder', async () => {
    const folder = join(home, 'work');
    mkdirSync(folder);
    const shown = join(folder, 'shown');
    writeFileSync(join(folder, 'show.sh'), `#!/bin/sh\nprintf '%s|' "$Db_Copy" "$other" > '${shown}'\n`);
    chmodSync(join(folder, 'show.sh'), 0o755);
    process.chdir(folder);
    await run('-s', script('add alias Db_Copy {1}\nadd alias other 2\nexec show.sh\n'), '--allow-exec');
    expect(readFileSync(shown, 'utf8')).toBe('{1}|2|');
  });

  it('is printed up to the line that starts something, before that prints', async () => {
    const program = join(home, 'show.sh');
    writeFileSync(program, `#!/bin/sh\ncat '${join(home, 'flushed')}' > '${join(home, 'shown')}'\n`);
    chmodSync(program, 0o755);
    await run('-s', script(`list providers\nexec ${program}\n`), '--allow-exec');
    expect(readFileSync(join(home, 'shown'), 'utf8')).toContain('-> list providers');
  });

  it('is logged where that is asked for, behind what is there', async () => {
    const log = join(home, 'log.txt');
    writeFileSync(log, 'before\n');
    const out = await run('-s', script('list providers\n'), '-l', log);
    expect(readFileSync(log, 'utf8')).toBe(`before\n${out.join('\n')}\n`);
  });
});
