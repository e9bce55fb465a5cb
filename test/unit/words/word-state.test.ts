/**
 * Goal: what the words remember for each other survives whoever else uses it, and a damaged memory is told, never taken for
 * an empty one. Method: several states of one folder at once; files with all kinds of nonsense; disks that have gone.
 */

import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { runningMounts } from '../../../src/serve/mount-records.ts';
import { stateFolder } from '../../../src/serve/state-folder.ts';
import { parseWords } from '../../../src/words/command-words.ts';
import { diskshadow, interpret } from '../../../src/words/diskshadow.ts';
import { ImageShadows } from '../../../src/words/image-shadows.ts';
import { mountvol } from '../../../src/words/mountvol.ts';
import { dismountVhd, mountVhd } from '../../../src/words/vhd-words.ts';
import { vssadmin } from '../../../src/words/vssadmin.ts';
import { DISKSHADOW } from '../../../src/words/word-specs.ts';
import { WordState } from '../../../src/words/word-state.ts';
import type { WordsContext } from '../../../src/words/words-context.ts';
import { NtfsBuilder } from '../../support/ntfs-builder.ts';
import { tempFolder } from '../../support/temp.ts';

let home: string;

beforeEach(() => {
  home = tempFolder();
  process.env['PITVAULT_STATE'] = join(home, 'state');
  onTestFinished(() => {
    delete process.env['PITVAULT_STATE'];
  });
});

function contextOf(lines: readonly string[] = []) {
  const out: string[] = [];
  const notes: string[] = [];
  const input = [...lines];
  const context: WordsContext = {
    out: (line) => void out.push(line),
    note: (text) => void notes.push(text),
    mounter: { mount: async () => undefined, unmount: async () => undefined },
    open: {},
    absolute: (path) => path,
    flush: () => {},
    computerName: 'TEST',
    files: () => Promise.reject(new Error('no files are to be written')),
    ask: async () => input.shift() ?? null,
    waiting: (work) => work(),
  };
  return { context, out, notes };
}

function disk(name: string): string {
  const path = join(home, name);
  writeFileSync(path, new NtfsBuilder().build());
  return path;
}

describe('several commands at once', () => {
  it('attach and detach lose nothing of each other', async () => {
    const states = Array.from({ length: 8 }, () => new WordState());
    const attached = await Promise.all(
      states.map((state, index) => state.exclusively(() => state.attach(`/disk ${index}`))),
    );
    expect(attached.map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new WordState().attached.length).toBe(8);
    await Promise.all(
      states.slice(0, 6).map((state, index) => state.exclusively(() => state.detach(`/disk ${index}`))),
    );
    expect(new WordState().attached.map(({ path }) => path).toSorted()).toEqual(['/disk 6', '/disk 7']);
  });

  it('one disk is attached once', async () => {
    const path = disk('one.img');
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => mountVhd([path], contextOf().context)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    expect(new WordState().attached.length).toBe(1);
  });
});

describe('a damaged state', () => {
  it.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"attached":null,"exposures":[]}',
    '{"attached":[{"number":"1","path":"/a"}],"exposures":[]}',
    '{"attached":[{"number":1,"path":7}],"exposures":[]}',
    '{"attached":[],"exposures":[{}]}',
    '{"attached":[],"exposures":[null]}',
  ])('%j is told with its file, and stays as it is', async (text) => {
    const folder = join(home, 'state', 'words');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'state.json');
    writeFileSync(path, text);
    const image = disk('a.img');
    for (const word of [mountvol, (args: string[], context: WordsContext) => mountVhd([...args, image], context)]) {
      const error: unknown = await word([], contextOf().context).catch((thrown: unknown) => thrown);
      expect(StorageError.is(error) && [error.kind, error.code]).toEqual(['corrupt', 'WORDS_STATE_DAMAGED']);
      expect((error as StorageError).message).toContain(path);
      expect((error as StorageError).hint).toContain(path);
    }
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('an attached disk that has gone', () => {
  it('is told by its path, and costs the others nothing', async () => {
    const [gone, there] = [disk('gone.img'), disk('there.img')];
    for (const path of [gone, there]) await mountVhd([path], contextOf().context);
    renameSync(gone, `${gone}.elsewhere`);
    for (const run of [
      (context: WordsContext) => mountvol([], context),
      (context: WordsContext) => vssadmin(['list', 'volumes'], context),
    ]) {
      const { context, out, notes } = contextOf();
      expect(await run(context)).toBe(0);
      expect(out.filter((line) => line.includes('Volume{')).length).toBe(1 + Number(out[0]!.startsWith('Volume path')));
      expect(notes.length).toBe(1);
      expect(notes[0]).toContain(gone);
      expect(notes[0]).toContain(`pitvault dismount-vhd ${gone}`);
    }
    const { context, out, notes } = contextOf(['list shadows all']);
    const parsed = parseWords([], DISKSHADOW);
    expect(await interpret(parsed, context, new ImageShadows(context, [], false))).toBe(0);
    expect(out).toContain('No shadow copies found in system.');
    expect(notes[0]).toContain(gone);
    expect(await dismountVhd([gone], contextOf().context)).toBe(0);
    expect(new WordState().attached.map(({ path }) => path)).toEqual([there]);
  });
});

describe('places', () => {
  const expose = async (place: string, name: string): Promise<string[]> => {
    const mounted: string[] = [];
    const { context } = contextOf();
    const mounter = { ...context.mounter, mount: async (_: unknown, folder: string) => void mounted.push(folder) };
    await mountvol([place, name], { ...context, mounter });
    return mounted;
  };

  it('only an empty folder hides nothing; a place that is empty is none, least of all the current folder', async () => {
    await mountVhd([disk('a.img')], contextOf().context);
    const { context, out } = contextOf();
    await mountvol([], context);
    const name = out.find((line) => line.includes('Volume{'))!.trim();
    const folder = join(home, 'folder');
    mkdirSync(folder);
    expect(await expose(folder, name)).toEqual([folder]);
    writeFileSync(join(folder, 'mine.txt'), '');
    await expect(expose(folder, name)).rejects.toMatchObject({ kind: 'conflict', code: 'DRIVE_NOT_EMPTY' });
    for (const place of ['', ' '])
      await expect(expose(place, name)).rejects.toMatchObject({ kind: 'invalid-argument' });
    const shadows = new ImageShadows(context, [], false);
    await expect(shadows.expose('850b95be-b942-4351-83bd-0a1815a936b2', '')).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('a disk has one name, whatever links lead to it', async () => {
    const path = disk('a.img');
    symlinkSync(home, join(home, 'link'));
    const other = join(home, 'link', 'a.img');
    await mountVhd([path], contextOf().context);
    await expect(mountVhd([other], contextOf().context)).rejects.toMatchObject({ code: 'DISK_ATTACHED' });
    const { context, out } = contextOf();
    expect(await dismountVhd([other, '-Passthru'], context)).toBe(0);
    expect(out).toContain('Attached                : False');
    expect(new WordState().attached).toEqual([]);
  });
});

it('asked for help, each word tells its grammar, and does nothing', async () => {
  const parsed = (words: string[]) => {
    const { context, out } = contextOf(['exit']);
    return { words, context, out };
  };
  for (const [run, said] of [
    [vssadmin, parsed(['/?'])],
    [vssadmin, parsed([])],
    [diskshadow, parsed(['/?'])],
    [diskshadow, parsed(['-?'])],
  ] as const) {
    expect(await run(said.words, said.context)).toBe(0);
    expect(said.out.join('\n')).toMatch(/list shadows/i);
    expect(said.out.join('\n')).not.toMatch(/DISKSHADOW>|On computer/);
  }
  await expect(vssadmin(['/for=C:'], contextOf().context)).rejects.toThrow(/list what/);
});

it('a state folder is the same from everywhere: a relative XDG_STATE_HOME is none', () => {
  const there = stateFolder({ XDG_STATE_HOME: join(home, 'xdg') });
  expect(there).toBe(join(home, 'xdg', 'pitvault'));
  expect(stateFolder({ XDG_STATE_HOME: 'relative' })).toBe(stateFolder({}));
  expect(isAbsolute(stateFolder({ PITVAULT_STATE: 'relative' }))).toBe(true);
});

it('who only looks needs no place to write to', async () => {
  const state = join(home, 'nowhere', 'state');
  process.env['PITVAULT_STATE'] = state;
  const { context, out } = contextOf();
  expect(await mountvol([], context)).toBe(0);
  expect(await vssadmin(['list', 'volumes', '--image', disk('a.img')], context)).toBe(0);
  expect(out.join('\n')).toMatch(/Volume name/);
  expect(runningMounts(() => undefined)).toEqual([]);
  expect(existsSync(state)).toBe(false);
});

it('a disk whose file has gone is detached with -Passthru too', async () => {
  const path = disk('gone.img');
  await mountVhd([path], contextOf().context);
  renameSync(path, `${path}.moved`);
  const { context, out, notes } = contextOf();
  expect(await dismountVhd([path, '-Passthru'], context)).toBe(0);
  expect([out, notes, new WordState().attached]).toEqual([[], [expect.stringContaining('is detached')], []]);
});
