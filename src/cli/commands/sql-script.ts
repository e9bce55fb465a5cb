/** `pitvault sql-script locate|version|tapes --version V` */

import { DPM_VERSIONS, sqlScript } from '../../dpmdb/scripts.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line } from '../output.ts';

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  const version = text(options, 'version') ?? DPM_VERSIONS.at(-1)!;
  const script = sqlScript(words[0]!, version);
  if (asJson) json({ script: words[0], version, sql: script });
  else line(script.trimEnd());
  return ExitCode.ok;
}
