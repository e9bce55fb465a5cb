/** `pitvault resize IMAGE --size S` */

import { invalidArgument } from '../../errors.ts';
import { resizeImage } from '../../maintenance/resize-image.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line, note } from '../output.ts';
import { sizeOption } from '../size-option.ts';

export async function run({ words, options, json: asJson, signal }: CommandCall): Promise<number> {
  const size = sizeOption(options, 'size');
  if (size === undefined) throw invalidArgument('CLI_SIZE_MISSING', 'no size given', { hint: 'add --size SIZE' });
  const report = await resizeImage(words[0]!, size, {
    force: flag(options, 'force'),
    dpmPool: flag(options, 'dpm-pool'),
    host: await hostFiles(),
    signal,
  });
  if (asJson) json(report);
  else {
    line(`${report.image}: the disk had ${bytesText(report.sizeBefore)} and has ${bytesText(report.size)} now`);
    for (const text of report.notes) note(text);
  }
  return ExitCode.ok;
}
