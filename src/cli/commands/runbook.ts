/** `pitvault runbook recover-dpmdb --server NAME --storage mbs|legacy --version V [--pool ROOT] [--execute --out DIR]` */

import { invalidArgument } from '../../errors.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { choosePoint, type StoragePool } from '../../pool/storage-pool.ts';
import { recover } from '../../recovery/recover.ts';
import { runningMounts } from '../../serve/mount-records.ts';
import {
  type PoolEvidence,
  pathQuery,
  type RunbookFacts,
  recoverDpmdbRules,
  recoverDpmdbSteps,
} from '../../words/runbook.ts';
import { WordState } from '../../words/word-state.ts';
import { timeOption } from '../choose-volume.ts';
import { type CommandCall, flag, text, texts } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line } from '../output.ts';

const VERSIONS = ['2016', '2019', '2022', '2025'] as const;

export async function run(call: CommandCall): Promise<number> {
  if (call.words[0] !== 'recover-dpmdb') {
    throw invalidArgument('CLI_RUNBOOK', `there is no runbook "${call.words[0]}"`, { hint: 'recover-dpmdb is one' });
  }
  const given = factsOf(call);
  const roots = texts(call.options, 'pool');
  const pool = roots === undefined ? null : await openPool(roots, call.open);
  try {
    const { facts, evidence } = pool === null ? { facts: given, evidence: {} } : await lookInto(pool, given, call);
    const steps = recoverDpmdbSteps(facts);
    const rules = recoverDpmdbRules(facts, evidence);
    if (call.json && !flag(call.options, 'execute')) json({ query: pathQuery(facts), steps, rules });
    else if (!call.json) print(facts, steps, rules);
    return flag(call.options, 'execute') ? await execute(pool, call) : ExitCode.ok;
  } finally {
    await pool?.close();
  }
}

function factsOf({ options }: CommandCall): RunbookFacts {
  const server = text(options, 'server');
  const storage = text(options, 'storage') ?? 'mbs';
  const version = VERSIONS.find((known) => known === (text(options, 'version') ?? '2019'));
  if (server === undefined)
    throw invalidArgument('CLI_SERVER', 'which server?', { hint: '--server FQDN, as it was named' });
  if (storage !== 'mbs' && storage !== 'legacy') throw invalidArgument('CLI_STORAGE', '--storage is mbs or legacy');
  if (version === undefined) throw invalidArgument('CLI_VERSION', `--version is one of ${VERSIONS.join(', ')}`);
  return { server, storage, version };
}

/** Fills in the replica and the point of the pool that hold the database, and finds what the rules ask for. */
async function lookInto(pool: StoragePool, given: RunbookFacts, { options }: CommandCall) {
  const containers = pool.select({ replica: text(options, 'replica') });
  const { findings } = pool;
  const all = [...findings, ...containers.flatMap((container) => container.findings)];
  const mountsLeft = [
    ...runningMounts(() => undefined).map(({ directory }) => directory),
    ...new WordState().attached.map(({ path }) => path),
  ];
  const evidence: PoolEvidence = {
    servers: pool.servers,
    readable: containers.some(
      (container) => container.replica?.locator != null || container.points.some((point) => point.locator !== null),
    ),
    strangeFolders: all.filter(({ code }) => code === 'POOL_STRANGE_NAME').map(({ message }) => message),
    mountsLeft,
  };
  if (containers.length !== 1) return { facts: given, evidence };
  const container = containers[0]!;
  const point = await choosePoint(container, {
    atMs: timeOption(options, 'at')?.getTime(),
    point: text(options, 'point'),
  });
  return { facts: { ...given, replicaId: container.replicaId, pointId: point.id }, evidence };
}

/** The steps that need no Windows, at once and verified by hash; an interrupted run goes on where it stopped. */
async function execute(
  pool: StoragePool | null,
  { options, signal, progress, json: asJson }: CommandCall,
): Promise<number> {
  const out = text(options, 'out');
  if (pool === null || out === undefined) {
    throw invalidArgument('CLI_EXECUTE', '--execute needs --pool ROOT and --out DIR', {
      hint: 'from shadow copies: pitvault recover IMAGE --shadow ID --files ... --out DIR',
    });
  }
  const report = await recover(pool, {
    out,
    replica: text(options, 'replica'),
    at: timeOption(options, 'at'),
    point: text(options, 'point'),
    signal,
    onProgress: progress.update,
  });
  progress.end();
  if (asJson) json(report);
  else {
    line('done: attach, letter, copy, detach, in one step and without Windows');
    for (const file of report.files)
      line(`  ${file.status}  ${file.target ?? file.path}  sha256 ${file.sha256 ?? '-'}`);
    line('what is left for the DPM server:');
    for (const command of report.next) line(`  ${command}`);
  }
  return report.totals.failed > 0 || report.totals.unreadableBytes > 0 ? ExitCode.partial : ExitCode.ok;
}

function print(
  facts: RunbookFacts,
  steps: ReturnType<typeof recoverDpmdbSteps>,
  rules: ReturnType<typeof recoverDpmdbRules>,
): void {
  line(
    `recover DPMDB of ${facts.server}, ${facts.storage === 'mbs' ? 'Modern Backup Storage' : 'legacy storage'}, DPM ${facts.version}`,
  );
  line();
  for (const step of steps) {
    line(`${step.number}. ${step.title} (on ${step.on})`);
    for (const command of step.windows) line(`     ${command}`);
    if (step.pitvault.length > 0) line('   or, without Windows:');
    for (const command of step.pitvault) line(`     ${command}`);
    line(`   then: ${step.verify}`);
  }
  line();
  line('before it is needed, while the server works, keep the answer of:');
  for (const row of pathQuery(facts).split('\n')) line(`     ${row}`);
  line();
  for (const { id, outcome, sentence, detail } of rules) line(`${outcome.padEnd(8)}  ${id}  "${sentence}": ${detail}`);
}
