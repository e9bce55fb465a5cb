/** `pitvault check IMAGE` */

import { asStorageError, type Finding, type StorageError } from '../../errors.ts';
import { checkImage } from '../../image/check-image.ts';
import { openImage } from '../../image/image.ts';
import type { CommandCall } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { findingLine, json, line } from '../output.ts';

/** SQL Server's files are checked as what they are. */
const SQL_FILE = /\.(mdf|ndf|ldf|bak|trn)$/i;

export async function run(call: CommandCall): Promise<number> {
  const { words, json: asJson, open } = call;
  if (SQL_FILE.test(words[0]!)) return (await import('./check-database.ts')).checkDatabaseFile(call);
  const findings: Finding[] = [];
  try {
    await using image = await openImage(words[0]!, open);
    call.waiting(() => {
      for (const finding of checkImage(image))
        if (!findings.some((known) => same(known, finding))) findings.push(finding);
    });
  } catch (error) {
    const fatal = asStorageError(error, { image: words[0] });
    if (fatal.kind !== 'corrupt' && fatal.kind !== 'unsupported') throw fatal;
    findings.push(asFinding(fatal));
  }
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  if (asJson) json({ image: words[0], errors, findings });
  else {
    for (const finding of findings) line(findingLine(finding));
    line(
      `${words[0]}: ${findings.length === 0 ? 'no findings' : `findings: ${findings.length}, of them errors: ${errors}`}`,
    );
  }
  return errors > 0 ? ExitCode.corrupt : ExitCode.ok;
}

function asFinding(error: StorageError): Finding {
  return { severity: 'error', code: error.code, message: error.message, at: error.at };
}

function same(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.message === b.message && a.at.offset === b.at.offset && a.at.image === b.at.image;
}
