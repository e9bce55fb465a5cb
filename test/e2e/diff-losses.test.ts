/** What `diff --files` cannot tell is named, and in the exit code. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attributeList, NtfsBuilder, resident } from '../support/ntfs-builder.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault } from '../support/tools.ts';

/** Two states of a volume; in the later one a record is torn: that of the file, or that of its stream. */
function states(torn: 'file' | 'stream'): [before: string, after: string] {
  const builder = new NtfsBuilder();
  const [file, extension] = [builder.reserve(), builder.reserve()];
  const list = attributeList([
    { type: 0x10, record: file },
    { type: 0x30, record: file, id: 10 },
    { type: 0x80, record: file },
    { type: 0x80, record: extension, name: 's' },
  ]);
  builder.add({ name: 'f', content: 'x', attributes: [resident(0x20, list)] }, file);
  builder.addExtension(file, [resident(0x80, new Uint8Array(9), 's')], extension);
  const image = builder.build();
  const folder = tempFolder();
  const paths: [string, string] = [join(folder, 'a.raw'), join(folder, 'b.raw')];
  writeFileSync(paths[0], image);
  image[builder.offsetOf(torn === 'file' ? file : extension) + 510]! ^= 0x55;
  writeFileSync(paths[1], image);
  return paths;
}

it.each([
  ['file', '? /f  '],
  ['stream', '~ /f  (1 B, unreadable: 9 B in 1 range)'],
] as const)('a %s that is lost in the later state: partial', (torn, line) => {
  const [before, after] = states(torn);
  const { code, out } = pitvault('diff', before, after, '--files');
  expect(out).toContain(line);
  expect(code).toBe(8);
});
