/** Steps and rules of a runbook, as text. */

import type { RunbookRule, RunbookStep } from '../../words/runbook.ts';
import { line } from '../output.ts';

export function printSteps(steps: readonly RunbookStep[]): void {
  for (const step of steps) {
    line(`${step.number}. ${step.title} (on ${step.on})`);
    for (const command of step.windows) line(`     ${command}`);
    if (step.pitvault.length > 0) line('   or, without Windows:');
    for (const command of step.pitvault) line(`     ${command}`);
    line(`   then: ${step.verify}`);
  }
}

export function printRules(rules: readonly RunbookRule[]): void {
  for (const { id, outcome, sentence, detail } of rules) line(`${outcome.padEnd(8)}  ${id}  "${sentence}": ${detail}`);
}
