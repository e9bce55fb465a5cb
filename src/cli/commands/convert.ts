/** `pitvault convert IMAGE OUT` */

import { invalidArgument } from '../../errors.ts';
import { type ConvertOptions, convertImage } from '../../maintenance/convert-image.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { bytesText } from '../format.ts';
import { hostFiles } from '../host-files.ts';
import { json, line, note } from '../output.ts';
import { sizeOption } from '../size-option.ts';

export async function run({ words, options, json: asJson, open, signal, progress }: CommandCall): Promise<number> {
  const report = await convertImage(words[0]!, words[1]!, {
    ...typeOption(text(options, 'type')),
    blockSize: sizeOption(options, 'block'),
    force: flag(options, 'force'),
    dense: flag(options, 'dense') ? true : undefined,
    salvage: flag(options, 'salvage'),
    sync: flag(options, 'sync'),
    host: await hostFiles(),
    open,
    signal,
    onProgress: progress.update,
  });
  progress.end();
  const { out, format, type, size, payloadBytes, clonedBytes = 0, unreadable } = report;
  if (asJson) json(report);
  else {
    const what = format === 'raw' ? 'raw image' : `${type} ${format.toUpperCase()}`;
    const cloned = clonedBytes > 0 ? ` (${bytesText(clonedBytes)} cloned, not copied)` : '';
    line(`${out}: ${what} of ${bytesText(size)}, of which ${bytesText(payloadBytes)} came from the image${cloned}`);
  }
  for (const range of unreadable) note(`zeros at ${range.offset}, ${range.length} bytes: ${range.error.message}`);
  return unreadable.length > 0 ? ExitCode.partial : ExitCode.ok;
}

function typeOption(type: string | undefined): Pick<ConvertOptions, 'type' | 'format'> {
  if (type === undefined) return {};
  if (type === 'raw') return { format: 'raw' };
  if (type === 'dynamic' || type === 'fixed') return { type };
  throw invalidArgument('CLI_TYPE', `--type: expected dynamic, fixed or raw, found "${type}"`);
}
