import { expect, it } from 'vitest';
import { asStorageError, corrupt } from '../../src/errors.ts';

it('whatever is thrown becomes an error that can be told', () => {
  for (const thrown of [undefined, null, 'text', 7, {}]) expect(asStorageError(thrown).code).toBe('INTERNAL');
});

it('an error while closing is told by what failed first', () => {
  const first = corrupt('FIRST', 'the data is damaged', {});
  const both = Object.assign(new Error('closing failed'), { suppressed: first });
  expect(asStorageError(both)).toBe(first);
  expect(asStorageError(Object.assign(new Error('again'), { suppressed: both }))).toBe(first);
});
