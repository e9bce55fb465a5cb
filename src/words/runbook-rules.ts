/** The rules of recovering DPMDB that apply, each with its sentence, judged by what was found out. Pure. */

import type { RunbookFacts, RunbookRule } from './runbook.ts';

/** What was found out about a pool, for the rules; undefined where nobody looked. */
export type PoolEvidence = {
  readonly servers?: readonly string[] | undefined;
  readonly readable?: boolean | undefined;
  /** Why it is not. */
  readonly unreadable?: string | undefined;
  readonly strangeFolders?: readonly string[] | undefined;
  readonly mountsLeft?: readonly string[] | undefined;
  /** The target folder, and who may read it. */
  readonly target?:
    | { readonly folder: string; readonly readers: 'its owner alone' | 'its owner and group' | 'others too' }
    | undefined;
};

/** The rules that apply, each with the sentence it comes from. */
export function recoverDpmdbRules(facts: RunbookFacts, evidence: PoolEvidence): RunbookRule[] {
  const rule = (id: string, sentence: string, known: boolean | undefined, detail: string): RunbookRule => ({
    id,
    sentence,
    outcome: known === undefined ? 'to check' : known ? 'pass' : 'fail',
    detail,
  });
  const { servers, readable, unreadable, strangeFolders, mountsLeft, target } = evidence;
  const { sqlServer } = facts;
  const sameName = servers?.some((name) => name.toLowerCase() === facts.server.toLowerCase());
  const common = [
    rule(
      'R-17',
      'ensure that the restore location on the primary DPM server is secure',
      target === undefined ? undefined : target.readers !== 'others too',
      target === undefined
        ? 'nobody but administrators may read the folder that the database is copied to'
        : `${target.folder} can be read by ${target.readers}`,
    ),
    rule(
      'R-32',
      'the DPM installation you want to restore with the DPM database must match the version of the DPM database itself',
      undefined,
      `install ${facts.version} with the same update rollup`,
    ),
    rule(
      'R-36',
      'The FQDN of the DPM server during recovery needs to be same as the original',
      sameName,
      servers === undefined ? `the server must be named ${facts.server}` : `folders of the pool: ${servers.join(', ')}`,
    ),
    rule('R-39', 'Run DPMSYNC-SYNC once DPMSYNC-RESTOREDB is complete.', true, 'the steps have this order'),
    rule(
      'R-40',
      'After you run DpmSync –Sync, some replicas may still be marked as missing',
      true,
      '-ReallocateReplica stands behind -Sync, before any replica is restored',
    ),
    rule(
      'R-42',
      'Run the following command on the remote computer',
      sqlServer === undefined ? undefined : true,
      sqlServer === undefined
        ? 'where the database is on another SQL Server, -RestoreDb is run there: name it (--sql-server)'
        : `-RestoreDb is run on ${sqlServer}, -Sync and -ReallocateReplica on the DPM server`,
    ),
    rule(
      'R-43',
      facts.storage === 'mbs' ? 'dismount the VHDX' : 'run diskshadow.exe and unexpose the X: volume',
      mountsLeft === undefined ? undefined : mountsLeft.length === 0,
      mountsLeft === undefined ? 'nothing may be left mounted' : mountsLeft.join(', ') || 'nothing is left mounted',
    ),
    rule('R-41', '-DataCopied … applicable for client computers only', true, 'it is not used'),
    rule(
      'R-47',
      'unused drive letter X:',
      undefined,
      'take another letter where X: is in use; pitvault mountvol refuses a used one',
    ),
  ];
  if (facts.storage === 'legacy') {
    return [
      ...common,
      rule(
        'R-44',
        'If the DPM server is still operational and the storage pool is intact',
        readable,
        unreadable ?? 'the replica volume must be readable',
      ),
      rule(
        'R-46',
        'Remember the creation time and the shadow copy ID',
        facts.pointId === undefined ? undefined : true,
        facts.pointId ?? 'not chosen yet',
      ),
    ];
  }
  return [
    ...common,
    rule(
      'R-37',
      'Storage pool is intact and available.',
      readable,
      unreadable ?? (readable === true ? 'the disk of the point opens' : 'the disks of the pool must open'),
    ),
    rule(
      'R-38',
      'Directories other than <PhysicalReplicaId> represent a PIT/recovery point.',
      strangeFolders === undefined ? undefined : strangeFolders.length === 0,
      strangeFolders === undefined
        ? 'a folder that is no GUID is something else'
        : strangeFolders.join(', ') || 'every folder is a GUID',
    ),
  ];
}
