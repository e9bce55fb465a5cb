/**
 * Goal: what a crash has left is told and cleaned, and nothing else is. Method: records whose process is gone, and one that
 * takes its record back and ends in the moment in which it is judged.
 */

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { ownIdentity } from '../../../src/io/process-identity.ts';
import { type MountRecord, recordMount, runningMounts } from '../../../src/serve/mount-records.ts';
import { tempFolder } from '../../support/temp.ts';

let beforeJudging: (pid: number) => void = () => undefined;

vi.mock('../../../src/io/process-identity.ts', async (original) => {
  const real = await original<typeof import('../../../src/io/process-identity.ts')>();
  return {
    ...real,
    livenessOf: (...[identity, own]: Parameters<typeof real.livenessOf>) => {
      beforeJudging(identity.pid);
      return real.livenessOf(identity, own);
    },
  };
});

let folder: string;

beforeEach(() => {
  process.env['PITVAULT_STATE'] = tempFolder();
  folder = join(process.env['PITVAULT_STATE'], 'mounts');
  onTestFinished(() => {
    delete process.env['PITVAULT_STATE'];
    beforeJudging = () => undefined;
  });
});

/** The record of a process that is no more. */
function leave(name: string, directory: string): string {
  const record: MountRecord = { directory, source: ['x'], since: '', process: { ...ownIdentity(), started: '1' } };
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify(record));
  return path;
}

it('a record whose process is gone is told, once; one that runs stays; what is no record is passed by', () => {
  const forget = recordMount({ directory: '/nowhere/running', source: ['image'] });
  leave('1.json', '/nowhere/left');
  const { pid } = process;
  const noRecords = [
    null,
    [],
    {},
    { directory: '/x', process: { pid } },
    { directory: '/x', source: 'x', process: { pid } },
  ];
  for (const [index, value] of noRecords.entries())
    writeFileSync(join(folder, `2-${index}.json`), JSON.stringify(value));
  const told: string[] = [];
  const list = (): string[] => runningMounts(({ directory }) => told.push(directory)).map(({ directory }) => directory);
  expect([list(), list()]).toEqual([['/nowhere/running'], ['/nowhere/running']]);
  expect(told).toEqual(['/nowhere/left']);
  forget();
  expect(list()).toEqual([]);
  expect(readdirSync(folder)).toEqual(noRecords.map((_, index) => `2-${index}.json`));
});

it('one that ends well while it is looked at has left nothing', () => {
  const path = leave('1.json', '/nowhere/ending');
  beforeJudging = () => rmSync(path, { force: true });
  const told: string[] = [];
  expect(runningMounts(({ directory }) => told.push(directory))).toEqual([]);
  expect(told).toEqual([]);
  expect(existsSync(path)).toBe(false);
});
