/** `pitvault cat IMAGE PATH` */

import { pieceBuffer } from '../../copy/kernel.ts';
import { throwIfCancelled } from '../../errors.ts';
import { fileMissing } from '../../image/image.ts';
import { splitStream } from '../../image/path.ts';
import { readMap } from '../../map/read-map.ts';
import { chosenVolume } from '../choose-volume.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { openNamed } from '../open-source.ts';
import { bytesOut } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  const { words, options, signal } = call;
  await using image = await openNamed(call, words[0]!);
  const fileSystem = chosenVolume(image, options).requireFileSystem();
  const { file, stream } = splitStream(words[1]!);
  const entry = fileSystem.lookup(file);
  if (entry === null) throw fileMissing(image.name, file);
  const content = fileSystem.open(entry, stream);
  const buffer = pieceBuffer();
  for (let offset = 0; offset < content.size; ) {
    const count = readMap(content, offset, buffer);
    bytesOut(buffer.subarray(0, count));
    offset += count;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal);
  }
  return ExitCode.ok;
}
