/** `pitvault evidence POOL... --out FILE` */

import { existsSync, writeFileSync } from 'node:fs';
import { shellWord } from '../../base/shell-word.ts';
import { openDatabase } from '../../database/open-database.ts';
import { DatabaseTables, partialText } from '../../database/sql-tables.ts';
import { dpmVersion } from '../../dpmdb/dpm-version.ts';
import { makeEvidence, sealEvidence } from '../../dpmdb/evidence.ts';
import { readTapeCard } from '../../dpmdb/tape-card.ts';
import { asStorageError, invalidArgument, StorageError } from '../../errors.ts';
import { openPool } from '../../pool/scan-pool.ts';
import { occupied } from '../../recovery/staging.ts';
import { type CommandCall, flag, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { json, line, note } from '../output.ts';
import { catalogOf } from '../pool-names.ts';

export async function run(call: CommandCall): Promise<number> {
  const { words, options, open } = call;
  const out = text(options, 'out');
  if (out === undefined)
    throw invalidArgument('CLI_OUT_MISSING', 'evidence needs a target file', { hint: 'add --out FILE' });
  if (existsSync(out) && !flag(options, 'force')) throw occupied(out, 'a file');
  await using pool = await openPool(words, open);
  const catalog = await catalogOf(pool, call);
  call.progress.end();
  const { version, tapes, lost } = await fromDatabase(catalog.source.database, call);
  const damage = catalog.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const evidence = makeEvidence(pool.roots, catalog, version, tapes, [...new Set([...damage, ...lost])]);
  const content = sealEvidence(evidence);
  try {
    writeFileSync(out, content, { mode: 0o600, flag: flag(options, 'force') ? 'w' : 'wx' });
  } catch (error) {
    throw asStorageError(error, { image: out });
  }
  const { sha256 } = JSON.parse(content) as { sha256: string };
  if (call.json) json({ out, sha256, evidence });
  else {
    line(
      `${out}: ${evidence.replicas.length} replicas, ${tapes.length} tapes, ${version?.summary ?? 'DPM version unknown'}`,
    );
    line(`sealed by sha256 ${sha256}`);
    line(`read it back with: pitvault catalog POOL --dpmdb ${shellWord(out)}`);
  }
  for (const what of evidence.lost ?? []) note(`lost: ${what}`);
  if (!evidence.lost?.length) return ExitCode.ok;
  note('the bundle lacks what was lost, and says so; --dpmdb takes the database from elsewhere');
  return ExitCode.partial;
}

/** Version and tapes are in the database only; a catalog from saved output has neither. */
async function fromDatabase(locator: string, { open }: CommandCall) {
  try {
    await using handle = await openDatabase(locator, open);
    const { database } = handle;
    const tables = new DatabaseTables(database);
    const [version, tapes] = [await orNull(dpmVersion(tables)), (await orNull(readTapeCard(tables))) ?? []];
    const findings = database.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    return { version, tapes, lost: [...findings, ...tables.partial.map(partialText)] };
  } catch (error) {
    if (!StorageError.isDamage(error)) throw error;
    note(`note: version and tapes are left out: ${error.message}`);
    return { version: null, tapes: [], lost: [] };
  }
}

async function orNull<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'not-found') throw error;
    note(`note: left out: ${error.message}`);
    return null;
  }
}
