/** `pitvault map IMAGE` */

import { throwIfCancelled } from '../../errors.ts';
import { type Extent, extentsOf } from '../../map/extent.ts';
import { namedVolume } from '../choose-volume.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { openNamed } from '../open-source.ts';
import { arrayEnd, arrayItem, arrayStart, line } from '../output.ts';

const WIDTH = 16;

export async function run(call: CommandCall): Promise<number> {
  const { words, options, json: asJson, signal } = call;
  await using image = await openNamed(call, words[0]!);
  const map = namedVolume(image, options)?.map ?? image.disk;
  let count = 0;
  if (asJson) arrayStart();
  else line(`${'offset'.padStart(WIDTH)} ${'length'.padStart(WIDTH)}  ${'kind'.padEnd(8)}  where`);
  for (const extent of extentsOf(map)) {
    if (++count % 4096 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled(signal);
    }
    if (asJson) arrayItem(JSON.stringify(asValue(extent)));
    else line(asText(extent));
  }
  if (asJson) arrayEnd();
  return ExitCode.ok;
}

function asText(extent: Extent): string {
  const where =
    extent.kind === 'data'
      ? `${extent.file.name} at ${extent.fileOffset}`
      : extent.kind === 'computed'
        ? extent.source.what
        : '';
  return `${String(extent.offset).padStart(WIDTH)} ${String(extent.length).padStart(WIDTH)}  ${extent.kind.padEnd(8)}  ${where}`.trimEnd();
}

function asValue(extent: Extent): object {
  const { kind, offset, length } = extent;
  if (extent.kind === 'data') return { kind, offset, length, file: extent.file.name, fileOffset: extent.fileOffset };
  if (extent.kind === 'computed')
    return { kind, offset, length, source: extent.source.what, sourceOffset: extent.sourceOffset };
  return { kind, offset, length };
}
