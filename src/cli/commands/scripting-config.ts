/** `pitvault scripting-config check|set FILE` */

import { statSync } from 'node:fs';
import { invalidArgument } from '../../errors.ts';
import { readInput } from '../../io/read-input.ts';
import { replaceFile } from '../../io/replace-file.ts';
import {
  CONFIG_SIZE_MAX,
  checkScriptingConfig,
  readScriptingConfig,
  setScripts,
} from '../../words/scripting-config.ts';
import { decodeConfig, encodeConfig } from '../../words/scripting-encoding.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { hostFiles } from '../host-files.ts';
import { findingLine, json, line, note } from '../output.ts';

export async function run(call: CommandCall): Promise<number> {
  const [action, file] = call.words as [string, string];
  if (action === 'check') return check(call, file);
  if (action === 'set') return set(call, file);
  throw invalidArgument('CLI_SCRIPTING', `scripting-config does not know "${action}"`, {
    hint: 'check and set it does',
  });
}

function check({ options, json: asJson, waiting }: CommandCall, file: string): number {
  const content = decodeConfig(waiting(() => readInput(file, CONFIG_SIZE_MAX))).text;
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

async function set({ options, json: asJson }: CommandCall, file: string): Promise<number> {
  const minutes = text(options, 'timeout');
  if (minutes !== undefined && !/^[1-9]\d{0,5}$/.test(minutes)) {
    throw invalidArgument('CLI_TIMEOUT', `"${minutes}" is not a number of minutes`);
  }
  const before = isThere(file) ? decodeConfig(readInput(file, CONFIG_SIZE_MAX)) : null;
  const result = setScripts(before?.text ?? null, {
    dataSourceName: text(options, 'datasource') ?? '',
    preBackupScript: text(options, 'pre'),
    preBackupCommandLine: text(options, 'pre-arguments'),
    postBackupScript: text(options, 'post'),
    postBackupCommandLine: text(options, 'post-arguments'),
    timeOut: minutes === undefined ? undefined : Number(minutes),
  });
  const isChanged = result !== before?.text;
  const content = encodeConfig({ text: result, encoding: before?.encoding ?? 'utf-8' });
  const host = process.platform === 'win32' ? await hostFiles() : undefined;
  const backup = isChanged ? replaceFile(file, content, host) : null;
  if (backup !== null && host !== undefined && host.replaceFile === undefined)
    note(`warning: ${file} has the access list of its folder now, ${backup} the one that it had`);
  if (asJson) json({ file, scripts: readScriptingConfig(result), backup });
  else if (!isChanged) line(`${file} says so already`);
  else line(`${file} is written${backup === null ? '' : `; as it was: ${backup}`}`);
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
