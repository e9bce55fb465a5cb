/** `pitvault merge CHILD` */

import { mergeImage } from '../../maintenance/merge-image.ts';
import { type CommandCall, flag, texts } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

export async function run({ words, options, json: asJson, signal, progress }: CommandCall): Promise<number> {
  const report = await mergeImage(words[0]!, {
    search: texts(options, 'search'),
    force: flag(options, 'force'),
    dpmPool: flag(options, 'dpm-pool'),
    host: await hostFiles(),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (asJson) json(report);
  else {
    const { child, parent, writtenBytes, zeroBytes, wasMerged } = report;
    const how = wasMerged
      ? 'an earlier run had written all of it'
      : `${bytesText(writtenBytes)} written, ${bytesText(zeroBytes)} of zeros`;
    line(`${parent} is now the disk that ${child} was: ${how}`);
    line(`${child} is of no use any more and can be deleted; disks made on it find ${parent} by its identity`);
  }
  return ExitCode.ok;
}
