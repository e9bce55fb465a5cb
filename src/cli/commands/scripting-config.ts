/** `pitvault scripting-config check|set FILE` */

import { renameSync, statSync, writeFileSync } from 'node:fs';
import { decodeText, encodeText, textEncodingOf } from '../../base/decode-text.ts';
import { invalidArgument } from '../../errors.ts';
import { readInput } from '../../io/read-input.ts';
import {
  CONFIG_SIZE_MAX,
  checkScriptingConfig,
  readScriptingConfig,
  setScripts,
} from '../../words/scripting-config.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { findingLine, json, line } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  const [action, file] = call.words as [string, string];
  if (action === 'check') return check(call, file);
  if (action === 'set') return set(call, file);
  throw invalidArgument('CLI_SCRIPTING', `scripting-config does not know "${action}"`, {
    hint: 'check and set it does',
  });
}

function check({ options, json: asJson, waiting }: CommandCall, file: string): number {
  const content = decodeText(waiting(() => readInput(file, CONFIG_SIZE_MAX)));
  const findings = checkScriptingConfig(content, {
    savedScript: text(options, 'saved-as'),
    protectedPath: text(options, 'protected'),
  });
  const scripts = readScriptingConfig(content);
  if (asJson) json({ file, scripts, findings });
  else {
    for (const { dataSourceName, preBackupScript, postBackupScript, timeOut } of scripts) {
      line(
        `${dataSourceName}: before ${preBackupScript ?? '-'}, after ${postBackupScript ?? '-'}, ${timeOut ?? '-'} minutes`,
      );
    }
    for (const finding of findings) line(findingLine(finding));
    if (findings.length === 0) line('no findings');
  }
  return findings.some(({ severity }) => severity === 'error') ? ExitCode.corrupt : ExitCode.ok;
}

function set({ options, json: asJson }: CommandCall, file: string): number {
  const minutes = text(options, 'timeout');
  if (minutes !== undefined && !/^[1-9]\d*$/.test(minutes)) {
    throw invalidArgument('CLI_TIMEOUT', `"${minutes}" is not a number of minutes`);
  }
  const before = isThere(file) ? readInput(file, CONFIG_SIZE_MAX) : null;
  const result = setScripts(before === null ? null : decodeText(before), {
    dataSourceName: text(options, 'datasource') ?? '',
    preBackupScript: text(options, 'pre'),
    preBackupCommandLine: text(options, 'pre-arguments'),
    postBackupScript: text(options, 'post'),
    postBackupCommandLine: text(options, 'post-arguments'),
    timeOut: minutes === undefined ? undefined : Number(minutes),
  });
  // As it was encoded, since that is what it says of itself.
  const encoding = before === null ? 'utf-8' : textEncodingOf(before);
  writeFileSync(`${file}.partial`, encodeText(result.replaceAll('\n', '\r\n'), encoding));
  renameSync(`${file}.partial`, file);
  if (asJson) json({ file, scripts: readScriptingConfig(result) });
  else line(`${file} is written`);
  return ExitCode.ok;
}

/** What is to be written in the place of another has to be a file. */
function isThere(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return stat !== undefined;
  throw invalidArgument('CLI_SCRIPTING_FILE', `${path} is no file, and cannot be written anew`, {
    image: path,
    hint: 'name the ScriptingConfig.xml itself, or one that is to be made',
  });
}
