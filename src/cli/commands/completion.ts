/** `pitvault completion bash|zsh|fish` */

import { invalidArgument } from '../../errors.ts';
import type { CommandCall } from '../command.ts';
import { COMMANDS, optionsOf, typedName } from '../command-table.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line } from '../output.ts';

export async function run({ words, json: asJson }: CommandCall): Promise<number> {
  const shells: Readonly<Record<string, (line: Line) => void>> = { bash, zsh, fish };
  const shell = words[0]!;
  const print = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (print === undefined)
    throw invalidArgument('CLI_SHELL', `no completion for "${shell}"`, { hint: 'bash, zsh or fish' });
  const script: string[] = [];
  print((text) => void script.push(text));
  if (asJson) json({ shell, script: `${script.join('\n')}\n` });
  else for (const text of script) line(text);
  return ExitCode.ok;
}

type Line = (text: string) => void;

/** As they are typed; those that begin with a slash are left to the shell, which takes them for paths. */
function optionNames(name: string): string[] {
  const names = Object.keys(optionsOf(COMMANDS.find((command) => command.name === name)!)).map(typedName);
  return names.filter((typed) => typed.startsWith('-'));
}

function bash(line: Line): void {
  line('# eval "$(pitvault completion bash)"');
  line('_pitvault() {');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are the shell's variables.
  line('  local word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}" options=""');
  line(
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${COMMANDS.map((spec) => spec.name).join(' ')} help" -- "$word")); return; fi`,
  );
  line('  case "$command" in');
  for (const { name } of COMMANDS) line(`    ${name}) options="${optionNames(name).join(' ')}" ;;`);
  line('  esac');
  line(
    '  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi',
  );
  line('}');
  line('complete -o filenames -F _pitvault pitvault');
}

function zsh(line: Line): void {
  line('#compdef pitvault');
  line('# eval "$(pitvault completion zsh)"');
  line('_pitvault() {');
  line('  local -a commands');
  line(`  commands=(${COMMANDS.map((spec) => quoted(`${spec.name}:${spec.summary}`)).join(' ')})`);
  line('  if (( CURRENT == 2 )); then _describe command commands; return; fi');
  line('  case $words[2] in');
  for (const { name } of COMMANDS)
    line(
      `    ${name}) _arguments ${optionNames(name)
        .map((option) => quoted(option))
        .join(' ')} '*:file:_files' ;;`,
    );
  line('  esac');
  line('}');
  line('compdef _pitvault pitvault');
}

function fish(line: Line): void {
  line('# pitvault completion fish | source');
  for (const spec of COMMANDS) {
    line(`complete -c pitvault -n __fish_use_subcommand -a ${spec.name} -d ${quoted(spec.summary)}`);
    for (const [name, option] of Object.entries(optionsOf(spec))) {
      const typed = typedName(name);
      if (!typed.startsWith('-')) continue;
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      // Long with one dash is what fish calls old style; one letter is short.
      const long = typed.startsWith('--')
        ? `-l ${typed.slice(2)}`
        : `${typed.length === 2 ? '-s' : '-o'} ${typed.slice(1)}`;
      line(
        `complete -c pitvault -n '__fish_seen_subcommand_from ${spec.name}' ${long}${short} -d ${quoted(option.summary)}`,
      );
    }
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
