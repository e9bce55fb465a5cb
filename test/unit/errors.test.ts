import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { asStorageError, corrupt } from '../../src/errors.ts';

it('whatever is thrown becomes an error that can be told', () => {
  for (const thrown of [undefined, null, 'text', 7, {}]) expect(asStorageError(thrown).code).toBe('INTERNAL');
});

it('an error while closing is told by what failed first', () => {
  const first = corrupt('FILE_TRUNCATED', 'the data is damaged', {});
  const both = Object.assign(new Error('closing failed'), { suppressed: first });
  expect(asStorageError(both)).toBe(first);
  expect(asStorageError(Object.assign(new Error('again'), { suppressed: both }))).toBe(first);
});

it('every code that is listed is told somewhere: whole, or as a prefix with one of its defects', () => {
  const root = join(import.meta.dirname, '../..');
  const sources = ['src', 'native-shims']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
    )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('error-codes.ts'))
    .map((path) => readFileSync(path, 'utf8'));
  const list = readFileSync(join(root, 'src/error-codes.ts'), 'utf8');
  const codes = [...list.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code!);
  expect(codes).toEqual([...new Set(codes)].sort());
  const has = (part: string): boolean => sources.some((text) => text.includes(part));
  const isDefect = (name: string): boolean => {
    const quoted = new RegExp(`'${name.replaceAll('_', '[-_]')}'`, 'i'); // a page's 'wrong-id' is MDF_PAGE_WRONG_ID
    return sources.some((text) => quoted.test(text));
  };
  const isTold = (code: string): boolean =>
    has(`'${code}'`) ||
    [...code.matchAll(/_/g)].some(({ index }) => {
      const [prefix, defect] = [code.slice(0, index), code.slice(index + 1)];
      return has(`}_${defect}\``) || (has(`\`${prefix}_\${`) && isDefect(defect));
    });
  expect(codes.filter((code) => !isTold(code))).toEqual([]);
});
