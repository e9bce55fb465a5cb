/**
 * Goal: whatever happens, a final name holds nothing or a whole file, and nothing of the user's is replaced. Method:
 * stage, publish and interrupt by hand.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Staging } from '../../../src/recovery/staging.ts';
import { tempFolder } from '../../support/temp.ts';

const plain = { force: false, sync: false };

function stage(staging: Staging, path: string, text: string): void {
  writeFileSync(staging.place(path.split('/')), text);
  staging.note({ path, size: text.length });
}

it('publishes by rename and leaves no trace', () => {
  const out = tempFolder();
  const staging = new Staging(out, 'key');
  expect(statSync(staging.folder).mode & 0o777).toBe(0o700);
  stage(staging, 'a/b/c.txt', 'hello');
  expect(existsSync(join(out, 'a'))).toBe(false);
  expect(staging.publish({ force: false, sync: true })).toEqual([]);
  expect(readFileSync(join(out, 'a/b/c.txt'), 'utf8')).toBe('hello');
  expect(existsSync(staging.folder)).toBe(false);
});

it('merges into folders, refuses to replace a file, and keeps what could not move', () => {
  const out = tempFolder();
  mkdirSync(join(out, 'a'));
  writeFileSync(join(out, 'a/mine.txt'), 'mine');
  const staging = new Staging(out, 'key');
  stage(staging, 'a/mine.txt', 'theirs');
  stage(staging, 'a/new.txt', 'new');
  expect(staging.publish(plain).map(({ error }) => error.code)).toEqual(['TARGET_EXISTS']);
  expect(readFileSync(join(out, 'a/mine.txt'), 'utf8')).toBe('mine');
  expect(readFileSync(join(out, 'a/new.txt'), 'utf8')).toBe('new');
  expect(readFileSync(join(staging.tree, 'a/mine.txt'), 'utf8')).toBe('theirs');
  expect(new Staging(out, 'key').publish({ force: true, sync: false })).toEqual([]);
  expect(readFileSync(join(out, 'a/mine.txt'), 'utf8')).toBe('theirs');
});

it('never follows a link in the target, forced or not', () => {
  const out = tempFolder();
  const outside = tempFolder();
  symlinkSync(outside, join(out, 'a'));
  symlinkSync(join(outside, 'f'), join(out, 'f'));
  const staging = new Staging(out, 'key');
  stage(staging, 'a/x.txt', 'x');
  stage(staging, 'f', 'f');
  expect(staging.publish({ force: true, sync: false })).toHaveLength(2);
  expect(existsSync(join(outside, 'x.txt'))).toBe(false);
  expect(existsSync(join(outside, 'f'))).toBe(false);
});

it('a second run with the same key knows what the first one did, a torn last line included', () => {
  const out = tempFolder();
  const first = new Staging(out, 'key');
  stage(first, 'done.txt', 'done');
  first.note({ path: 'large.bin', size: 100, safe: 64 });
  first.flush();
  appendFileSync(join(first.folder, 'journal.jsonl'), '{"path":"torn.txt","si');
  const second = new Staging(out, 'key');
  expect([...second.known.keys()]).toEqual(['done.txt', 'large.bin']);
  expect(second.known.get('large.bin')?.safe).toBe(64);
  expect(new Staging(out, 'other key').known.size).toBe(0);
});
