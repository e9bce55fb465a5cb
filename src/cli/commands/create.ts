/** `pitvault create OUT --size S` */

import { invalidArgument } from '../../errors.ts';
import { createImage } from '../../maintenance/create-image.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';
import { sizeOption } from '../size-option.ts';

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  const sector = text(options, 'sector');
  if (sector !== undefined && sector !== '512' && sector !== '4096') {
    throw invalidArgument('CLI_SECTOR', `--sector: expected 512 or 4096, found "${sector}"`);
  }
  const report = await createImage(words[0]!, {
    size: sizeOption(options, 'size'),
    blockSize: sizeOption(options, 'block'),
    sectorSize: sector === undefined ? undefined : sector === '512' ? 512 : 4096,
    fixed: flag(options, 'fixed'),
    parent: text(options, 'parent'),
    force: flag(options, 'force'),
    dense: flag(options, 'dense') ? true : undefined,
    host: await hostFiles(),
  });
  if (asJson) json(report);
  else line(`${report.out}: ${report.type} VHDX of ${bytesText(report.size)}`);
  return ExitCode.ok;
}
