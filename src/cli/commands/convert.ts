/** `pitvault convert IMAGE OUT` */

import { invalidArgument } from '../../errors.ts';
import { openImage } from '../../image/image.ts';
import { convertToRaw } from '../../recovery/export-raw.ts';
import { HostHoleMap } from '../../serve/host-holes.ts';
import { OpenFiles } from '../../serve/open-files.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line, note } from '../output.ts';

export async function run({ words, options, json: asJson, open, signal, progress }: CommandCall): Promise<number> {
  const [source, out] = [words[0]!, words[1]!];
  await using image = await openImage(source, open);
  if (image.readsFrom(out)) {
    throw invalidArgument('CONVERT_ONTO_SOURCE', `${out} is what the image is read from`, {
      image: out,
      hint: 'choose another name for the result',
    });
  }
  let done = 0;
  const files = new OpenFiles();
  // What the host stores nowhere is not read: images of thin disks are half holes.
  const disk = new HostHoleMap(image.disk, files, await hostFiles());
  const outcome = await convertToRaw(disk, out, {
    force: flag(options, 'force'),
    salvage: flag(options, 'salvage'),
    sync: flag(options, 'sync'),
    signal,
    onBytes: (bytes) => progress.update((done += bytes), image.disk.size, out),
  }).finally(() => files.close());
  progress.end();
  if (asJson) json({ image: source, out, size: image.disk.size, ...outcome });
  else line(`${out}: ${bytesText(image.disk.size)}, of which ${bytesText(outcome.payloadBytes)} came from the image`);
  for (const range of outcome.unreadable)
    note(`zeros at ${range.offset}, ${range.length} bytes: ${range.error.message}`);
  return outcome.unreadable.length > 0 ? ExitCode.partial : ExitCode.ok;
}
