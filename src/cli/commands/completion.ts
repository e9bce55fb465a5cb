/** `pitvault completion bash|zsh|fish` */

import { invalidArgument } from '../../errors.ts';
import type { CommandCall } from '../command.ts';
import { COMMANDS, COMMON } from '../command-table.ts';
import { ExitCode } from '../exit-code.ts';
import { line } from '../output.ts';

export async function run({ words }: CommandCall): Promise<number> {
  const shells: Record<string, () => void> = { bash, zsh, fish };
  const print = shells[words[0]!];
  if (print === undefined)
    throw invalidArgument('CLI_SHELL', `no completion for "${words[0]}"`, { hint: 'bash, zsh or fish' });
  print();
  return ExitCode.ok;
}

function optionsOf(name: string): string[] {
  const spec = COMMANDS.find((command) => command.name === name)!;
  return Object.keys({ ...spec.options, ...COMMON });
}

function bash(): void {
  line('# eval "$(pitvault completion bash)"');
  line('_pitvault() {');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are the shell's variables.
  line('  local word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}" options=""');
  line(
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${COMMANDS.map((spec) => spec.name).join(' ')} help" -- "$word")); return; fi`,
  );
  line('  case "$command" in');
  for (const { name } of COMMANDS)
    line(
      `    ${name}) options="${optionsOf(name)
        .map((option) => `--${option}`)
        .join(' ')}" ;;`,
    );
  line('  esac');
  line(
    '  if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi',
  );
  line('}');
  line('complete -o filenames -F _pitvault pitvault');
}

function zsh(): void {
  line('#compdef pitvault');
  line('# eval "$(pitvault completion zsh)"');
  line('_pitvault() {');
  line('  local -a commands');
  line(`  commands=(${COMMANDS.map((spec) => quoted(`${spec.name}:${spec.summary}`)).join(' ')})`);
  line('  if (( CURRENT == 2 )); then _describe command commands; return; fi');
  line('  case $words[2] in');
  for (const { name } of COMMANDS)
    line(
      `    ${name}) _arguments ${optionsOf(name)
        .map((option) => quoted(`--${option}`))
        .join(' ')} '*:file:_files' ;;`,
    );
  line('  esac');
  line('}');
  line('compdef _pitvault pitvault');
}

function fish(): void {
  line('# pitvault completion fish | source');
  for (const spec of COMMANDS) {
    line(`complete -c pitvault -n __fish_use_subcommand -a ${spec.name} -d ${quoted(spec.summary)}`);
    for (const [name, option] of Object.entries({ ...spec.options, ...COMMON })) {
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      line(
        `complete -c pitvault -n '__fish_seen_subcommand_from ${spec.name}' -l ${name}${short} -d ${quoted(option.summary)}`,
      );
    }
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
