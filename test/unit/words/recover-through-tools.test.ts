/**
 * Goal: on Windows the legacy procedure runs to proven files, and nothing stays exposed. Method: a played Windows whose
 * robocopy copies, or fails; what was done is read from its commands.
 */

import { expect, it } from 'vitest';
import { WindowsMounts } from '../../../native-shims/windows/windows-mounts.ts';
import type { HostShadow } from '../../../src/words/host-tools.ts';
import { chooseHostShadow, recoverThroughTools } from '../../../src/words/recover-through-tools.ts';
import { PlayedWindows, REPLICA_VOLUME, SHADOW } from '../../support/played-windows.ts';

const MDF = '<guid>\\Full\\C-Vol\\DPMDB\\MSDPM2012$DPMDB.mdf';

type Hash = (folder: string, path: string) => Promise<string | null>;

function request(windows: PlayedWindows, hash: Hash = async (_, path) => `sum of ${path}`, target: string[] = []) {
  const steps: string[] = [];
  windows.copy = (source, _target, names) => {
    expect([source, windows.exposedAt, names]).toEqual(['Z:\\', 'Z:', ['*DPMDB*.mdf', '*DPMDB*.ldf']]);
    target.push(...[MDF, 'notes.txt'].filter((path) => !target.includes(path)));
  };
  const recovery = {
    volume: REPLICA_VOLUME,
    out: 'C:\\safe',
    onStep: (what: string) => steps.push(what),
    filesBelow: async () => target,
    hash,
    isCutShort: () => false,
  };
  return { recovery, steps };
}

it('list, expose, copy, compare, unexpose', async () => {
  const windows = new PlayedWindows();
  const { recovery, steps } = request(windows);
  const { shadow, files, dangling } = await recoverThroughTools(new WindowsMounts(windows.run), recovery);
  expect([shadow.id, files, dangling]).toEqual([SHADOW, [{ path: MDF, sha256: `sum of ${MDF}` }], []]);
  expect(steps.at(-1)).toBe('unexposed');
  expect(windows.exposedAt).toBeNull();
  const order = [`vssadmin list shadows /for=${REPLICA_VOLUME}`, `expose ${SHADOW} Z:`, 'robocopy', 'unexpose Z:'];
  const places = order.map((start) => windows.commands.findIndex((command) => command.startsWith(start)));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it.each([
  ['a copy that differs', 'RUNBOOK_COPY_DIFFERS'],
  ['no database', 'RECOVER_NO_DPMDB'],
  ['a copy that fails', 'WINDOWS_TOOL'],
])('%s: told, and nothing stays exposed', async (what, code) => {
  const windows = new PlayedWindows();
  const { recovery } = request(windows, async (folder) => folder);
  const asked = what === 'no database' ? { ...recovery, filesBelow: async () => ['notes.txt'] } : recovery;
  if (what === 'a copy that fails')
    windows.sabotage = (tool) => (tool === 'robocopy' ? { code: 16, out: 'disk full', err: '' } : null);
  await expect(recoverThroughTools(new WindowsMounts(windows.run), asked)).rejects.toMatchObject({ code });
  expect(windows.exposedAt).toBeNull();
});

it("what is there already: kept where it is the same, never replaced, and what the shadow copy lacks is nobody's", async () => {
  const windows = new PlayedWindows();
  const old: Hash = async (folder, path) => (path.includes('other') && folder !== 'C:\\safe' ? null : folder);
  for (const [hash, target, files] of [
    [undefined, [MDF], [MDF]],
    [
      async (folder, path) => (path.includes('other') && folder !== 'C:\\safe' ? null : path),
      ['other\\DPMDB.mdf'],
      [MDF],
    ],
    [old, [MDF], null],
  ] as [Hash | undefined, string[], string[] | null][]) {
    windows.commands.length = 0;
    const { recovery } = request(windows, hash, target);
    const work = recoverThroughTools(new WindowsMounts(windows.run), recovery);
    if (files === null) {
      await expect(work).rejects.toMatchObject({ kind: 'conflict', code: 'RUNBOOK_FILE_EXISTS' });
      expect(windows.commands.some((command) => command.startsWith('robocopy'))).toBe(false);
    } else expect((await work).files.map(({ path }) => path)).toEqual(files);
    expect(windows.exposedAt).toBeNull();
  }
  // One that was cut short is copied again; here it stays what it was, and is told by the comparison.
  const { recovery } = request(windows, old, [MDF]);
  const again = recoverThroughTools(new WindowsMounts(windows.run), { ...recovery, isCutShort: () => true });
  await expect(again).rejects.toMatchObject({ code: 'RUNBOOK_COPY_DIFFERS' });
});

it('junctions are not followed: in a copy of a volume they lead to what their path is on this machine', async () => {
  const windows = new PlayedWindows();
  await recoverThroughTools(new WindowsMounts(windows.run), request(windows).recovery);
  expect(windows.commands.find((command) => command.startsWith('robocopy'))).toMatch(/ \/S \/B \/XJ /);
});

it('what an earlier run left exposed is read where it is, told, and left there', async () => {
  const windows = new PlayedWindows();
  windows.exposedAt = 'Y:';
  const { recovery, steps } = request(windows);
  const copy = windows.copy;
  windows.copy = (source, target, names) => {
    expect(source).toBe('Y:\\');
    windows.exposedAt = 'Z:';
    copy('Z:\\', target, names);
    windows.exposedAt = 'Y:';
  };
  const { files, dangling } = await recoverThroughTools(new WindowsMounts(windows.run), recovery);
  expect([files.length, dangling]).toEqual([1, [`${SHADOW} at Y:\\`]]);
  expect([windows.exposedAt, steps.includes('unexposed')]).toEqual(['Y:', false]);
});

it('cancelled while robocopy runs: it is ended, and what was exposed is taken back', async () => {
  const windows = new PlayedWindows();
  const { recovery } = request(windows);
  const abort = new AbortController();
  const mounts = new WindowsMounts(async (command, signal) => {
    if (command.file !== 'robocopy.exe') return windows.run(command);
    abort.abort(new Error('enough'));
    signal?.throwIfAborted();
    return { code: 0, out: '', err: '' };
  });
  await expect(recoverThroughTools(mounts, { ...recovery, signal: abort.signal })).rejects.toThrow('enough');
  expect(windows.exposedAt).toBeNull();
});

it('a shadow copy by id, by time, or the newest; an unclear time only by id', () => {
  const copy = (id: string, createdLocal: string | null): HostShadow => ({
    id: `{${id}}`,
    setId: '{0}',
    created: createdLocal ?? '01/02/2024 10:00:00',
    createdLocal,
    originalVolume: REPLICA_VOLUME,
  });
  const [a, b, unclear] = [copy('a', '2024-07-01T20:00:03'), copy('b', '2024-07-02T20:00:02'), copy('c', null)];
  const choose = (all: HostShadow[], wanted: { shadow?: string; atLocal?: string } = {}): HostShadow =>
    chooseHostShadow(all, { volume: REPLICA_VOLUME, ...wanted });
  expect(choose([b, a])).toBe(b);
  expect(choose([b, a], { atLocal: '2024-07-02T20:00:01' })).toBe(a);
  expect(choose([b, a], { shadow: 'A' })).toBe(a);
  expect(choose([a, unclear], { shadow: '{c}' })).toBe(unclear);
  expect(() => choose([a, unclear])).toThrow(/two ways/);
  expect(choose([unclear])).toBe(unclear); // the newest, whenever it was made
  expect(() => choose([unclear], { atLocal: '2024-07-02T20:00:01' })).toThrow(/two ways/);
  expect(() => choose([b], { atLocal: '2024-01-01T00:00:00' })).toThrow(/at or before/);
  expect(() => choose([])).toThrow(/no shadow copy/);
});
