/** `pitvault help [COMMAND]`. */

import { VERSION } from '../version.ts';
import type { CommandSpec, OptionSpec } from './command.ts';
import { COMMANDS, GROUPS, optionsOf, typedName } from './command-table.ts';
import { ExitCode } from './exit-code.ts';
import { table } from './format.ts';
import { json, line } from './output.ts';

export function printHelp(spec: CommandSpec | undefined, asJson: boolean): number {
  if (asJson)
    json(
      spec === undefined ? { version: VERSION, commands: COMMANDS.map(asValue), exitCodes: ExitCode } : asValue(spec),
    );
  else if (spec === undefined) overview();
  else details(spec);
  return ExitCode.ok;
}

function asValue(spec: CommandSpec): object {
  const { name, words, summary } = spec;
  return { name, words, summary, options: optionsOf(spec) };
}

function overview(): void {
  line(
    `pitvault ${VERSION}: storage engine for DPM pools, VHDX and NTFS, without Windows; what it reads it never writes to`,
  );
  line();
  line('usage: pitvault COMMAND ...');
  line();
  const rows = table(COMMANDS.map((spec) => [`  ${spec.name} ${spec.words}`, spec.summary]));
  for (const { title, commands } of GROUPS) {
    line(`${title}:`);
    for (const row of rows.splice(0, commands.length)) line(row);
    line();
  }
  line('IMAGE is a .vhdx, .avhdx, .vhd or raw image, or a .zip holding one; SOURCE is that or a pool (folder or zip).');
  line('A::B names path B inside image or zip A, as deep as needed.');
  line('pitvault help COMMAND explains one. Exit codes:');
  line(
    `  ${Object.entries(ExitCode)
      .map(([name, code]) => `${code} ${name}`)
      .join(', ')}`,
  );
}

function details(spec: CommandSpec): void {
  line(`usage: pitvault ${spec.name} ${spec.words} [options]`);
  line();
  line(`  ${spec.summary}`);
  line();
  for (const row of table(
    Object.entries(optionsOf(spec)).map(([name, option]) => [`  ${optionText(name, option)}`, option.summary]),
  )) {
    line(row);
  }
}

function optionText(name: string, option: OptionSpec): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const typed = typedName(name);
  return `${short}${typed}${option.value === undefined ? '' : `${typed.endsWith('=') ? '' : ' '}${option.value}`}`;
}
