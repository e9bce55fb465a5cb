/** `pitvault init POOL --server FQDN` */

import { createReplicaPool } from '../../backup/pool-on-disk.ts';
import { invalidArgument } from '../../errors.ts';
import { type CommandCall, text } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { hostFiles } from '../host-files.ts';
import { json, line } from '../output.ts';

export async function run({ words, options, json: asJson }: CommandCall): Promise<number> {
  const server = text(options, 'server');
  if (server === undefined) {
    throw invalidArgument('CLI_SERVER_MISSING', 'init needs the name of a DPM server', {
      hint: 'add --server FQDN: the folder below which its replicas lie',
    });
  }
  const pool = createReplicaPool(words[0]!, server, await hostFiles());
  if (asJson) json({ pool: pool.path, server });
  else line(`${pool.path} is a pool for ${server}`);
  return ExitCode.ok;
}
