/** `pitvault compact IMAGE` */

import { compactImage } from '../../maintenance/repair-image.ts';
import { type CommandCall, flag } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

export async function run({ words, options, json: asJson, signal, progress }: CommandCall): Promise<number> {
  const report = await compactImage(words[0]!, {
    quick: flag(options, 'quick'),
    dpmPool: flag(options, 'dpm-pool'),
    host: await hostFiles(),
    signal,
    onProgress: progress.count,
  });
  progress.end();
  if (asJson) json(report);
  else {
    const { image, zeroBlocks, movedBlocks, sizeBefore, sizeAfter } = report;
    line(`${image}: ${bytesText(sizeBefore)} before, ${bytesText(sizeAfter)} now`);
    line(`  ${zeroBlocks} blocks held zeros only; ${movedBlocks} blocks moved`);
  }
  return ExitCode.ok;
}
