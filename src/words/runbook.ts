/**
 * The procedure "recover the DPM database" as steps with the user's own names, for each kind of storage and version, with
 * the mistakes of the printed procedure put right: the volume name is whole, the order of DpmSync is fixed, the path
 * query has the filters that keep inactive replicas apart. Pure.
 */

import { shellWord } from '../base/shell-word.ts';
import { volumeName } from './volume-name.ts';

export type RunbookFacts = {
  /** FQDN of the DPM server. */
  readonly server: string;
  readonly storage: 'mbs' | 'legacy';
  readonly version: '2016' | '2019' | '2022' | '2025';
  /** What is known of the pool; placeholders stand for the rest. */
  readonly accessPath?: string | undefined;
  readonly replicaId?: string | undefined;
  readonly pointId?: string | undefined;
  readonly databaseFile?: string | undefined;
  /** What pitvault reads, as its command line names it: roots of the pool; the disk of the point. */
  readonly pool?: readonly string[] | undefined;
  readonly disk?: string | undefined;
  /** Of legacy storage the image of the replica volume, and of those that hold its diff area or parts of either. */
  readonly image?: string | undefined;
  readonly furtherImages?: readonly string[] | undefined;
  readonly volume?: string | undefined;
  /** The SQL Server that gets the database, where it is not the DPM server itself; its instance; the database's name there. */
  readonly sqlServer?: string | undefined;
  readonly instance?: string | undefined;
  readonly database?: string | undefined;
};

export type RunbookStep = {
  readonly number: number;
  readonly title: string;
  /** Where it is done. */
  readonly on: 'the DPM server' | 'the SQL Server' | 'any machine that reads the pool';
  /** Commands of Windows. */
  readonly windows: readonly string[];
  /** The same with pitvault, where it needs no Windows. */
  readonly pitvault: readonly string[];
  /** How to see that it worked. */
  readonly verify: string;
};

export type RunbookRule = {
  readonly id: string;
  /** The sentence that it comes from. */
  readonly sentence: string;
  readonly outcome: 'pass' | 'fail' | 'to check';
  readonly detail: string;
};

/**
 * The query that names the replica's path, to be run while the server still works. It names the servers that host databases
 * instead of asking for one: DPMDB may lie on a SQL Server elsewhere. Replicas out of use are told by their Validity, not
 * left out: theirs may be the only points that are left.
 */
export function pathQuery({ storage, version }: RunbookFacts): string {
  const rest = [
    "where DS.DataSourceName like N'%dpmdb%' and DS.ProtectedGroupId is not null",
    'order by AG.NetbiosName, LR.Validity -- 1 and 2: in use; NetbiosName: the server that hosts the database',
  ];
  const joins = [
    'from tbl_IM_DataSource as DS',
    'join tbl_PRM_LogicalReplica as LR on DS.DataSourceId = LR.DataSourceId',
    'join tbl_AM_Server as AG on DS.ServerId = AG.ServerId',
  ];
  if (storage === 'legacy') {
    return [
      'select AG.NetbiosName, DS.DataSourceName, LR.Validity, V.MountPointPath, V.GuidName',
      ...joins,
      'join tbl_SPM_Volume as V on LR.PhysicalReplicaId = V.VolumeSetID and V.Usage = 1',
      ...rest,
    ].join('\n');
  }
  const columns =
    version === '2016'
      ? 'V.AccessPath, LR.PhysicalReplicaId'
      : 'V.AccessPath, V.Server as Folder, LR.PhysicalReplicaId as Replica';
  return [
    `select AG.NetbiosName, DS.DataSourceName, LR.Validity, ${columns}`,
    ...joins,
    'join tbl_PRM_ReplicaVolume as RV on RV.ReplicaId = LR.PhysicalReplicaId',
    'join tbl_STM_Volume as V on RV.StorageId = V.StorageId',
    ...rest,
  ].join('\n');
}

export function recoverDpmdbSteps(facts: RunbookFacts): RunbookStep[] {
  const steps = facts.storage === 'mbs' ? mbsSteps(facts) : legacySteps(facts);
  return [...steps, ...syncSteps(facts)].map((step, index) => ({ ...step, number: index + 1 }));
}

type Step = Omit<RunbookStep, 'number'>;

function mbsSteps(facts: RunbookFacts): Step[] {
  const replica = facts.replicaId ?? '<PhysicalReplicaId>';
  const point = facts.pointId ?? '<PITId>';
  const [folder, file] = windowsDisk(facts, `${replica}\\${point}`);
  const disk = facts.disk === undefined ? 'disk0.vhdx' : shellWord(facts.disk);
  return [
    {
      title: 'Open a PowerShell as SYSTEM: the pool is readable by SYSTEM only',
      on: 'the DPM server',
      windows: ['psexec.exe -s powershell.exe'],
      pitvault: [],
      verify: 'whoami prints nt authority\\system',
    },
    {
      title: 'Attach the disk of the recovery point, read-only',
      on: 'any machine that reads the pool',
      windows: [`cd "${folder}"`, `Mount-VHD ${file} -ReadOnly -NoDriveLetter`],
      pitvault: [
        ...(facts.disk === undefined ? [`cd ${shellWord(posix(folder), 'linux')}`] : []),
        `pitvault mount-vhd ${disk}`,
      ],
      verify: `Get-VHD ${file} says Attached: True`,
    },
    {
      title: 'Give its volume an unused letter',
      on: 'any machine that reads the pool',
      // In quotes: to the PowerShell of the first step what stands in braces is a block of code.
      windows: [`mountvol X: '${volumeName(replica)}'`],
      pitvault: [`pitvault mountvol X: '${volumeName(replica)}'`],
      verify: 'mountvol X: /L prints the same name',
    },
    copyStep(facts),
    {
      title: 'Take back the letter and detach the disk: a disk left attached can make backups fail',
      on: 'any machine that reads the pool',
      windows: ['mountvol X: /D', `Dismount-VHD ${file}`],
      pitvault: ['pitvault mountvol X: /D', `pitvault dismount-vhd ${disk}`],
      verify: 'mountvol lists neither; the psexec windows are closed',
    },
  ];
}

/** Folder and name of the disk on the DPM server; where it was looked at elsewhere, where it should lie there. */
function windowsDisk({ disk, accessPath, server }: RunbookFacts, below: string): readonly [string, string] {
  const at = disk?.lastIndexOf('\\') ?? -1;
  if (disk !== undefined && /^(?:[a-z]:|\\)\\/i.test(disk) && !disk.includes('::'))
    return [disk.slice(0, at), disk.slice(at + 1)];
  return [`${accessPath ?? '<ReFSVolume>'}\\${server}\\${below}`, 'disk0.vhdx'];
}

function legacySteps(facts: RunbookFacts): Step[] {
  const volume = volumeName(facts.replicaId ?? '<GuidName>');
  const shadow = `{${facts.pointId ?? '<Shadow Copy ID>'}}`;
  const disks = legacyDisks(facts);
  return [
    {
      title: 'List the shadow copies of the replica volume; note creation time and ID of the one you want',
      on: 'any machine that reads the pool',
      windows: [`vssadmin list shadows /for=${volume}`],
      pitvault: [
        ...disks.map((disk) => `pitvault mount-vhd ${disk}`),
        `pitvault vssadmin list shadows '/for=${volume}'`,
      ],
      verify: 'the ID and the time are written down',
    },
    {
      title: 'Expose it at an unused letter',
      on: 'any machine that reads the pool',
      windows: ['diskshadow', `DISKSHADOW> expose ${shadow} X:`],
      pitvault: ['pitvault diskshadow', `DISKSHADOW> expose ${shadow} X:`],
      verify: 'The shadow copy was successfully exposed as X:\\.',
    },
    copyStep(facts),
    {
      title: 'Take it back',
      on: 'any machine that reads the pool',
      windows: ['DISKSHADOW> unexpose X:', 'DISKSHADOW> exit'],
      pitvault: [
        'DISKSHADOW> unexpose X:',
        'DISKSHADOW> exit',
        ...disks.map((disk) => `pitvault dismount-vhd ${disk}`),
      ],
      verify: `Shadow copy ID ${shadow} is no longer exposed.`,
    },
  ];
}

function legacyDisks({ image, furtherImages = [] }: RunbookFacts): string[] {
  return image === undefined ? ['<replica disk>'] : [image, ...furtherImages].map((path) => shellWord(path));
}

/** All steps at once, and no other file. */
function recoverCommand(facts: RunbookFacts): string {
  const { storage, replicaId, pointId, volume, pool = ['<pool>'] } = facts;
  const words = (option: string, value: string | undefined): string[] => (value === undefined ? [] : [option, value]);
  const [first = '', ...further] = legacyDisks(facts);
  const source =
    storage === 'mbs'
      ? [
          ...pool.map((root) => (root === '<pool>' ? root : shellWord(root))),
          ...words('--replica', replicaId),
          ...words('--point', pointId),
        ]
      : [
          first,
          ...further.flatMap((disk) => ['--diff-area', disk]),
          ...words('--volume', volume),
          '--shadow',
          pointId ?? "'{<Shadow Copy ID>}'",
        ];
  return ['pitvault recover', ...source, '--datasource dpmdb --out /safe/dpmdb'].join(' ');
}

function copyStep(facts: RunbookFacts): Step {
  const { databaseFile } = facts;
  const source = databaseFile ?? 'X:\\<guid>\\Full\\C-Vol\\...\\DPMDB\\MSDPM<version>$DPMDB.mdf';
  return {
    title: 'Copy the database and its log to a folder of their own',
    on: 'any machine that reads the pool',
    windows: [
      'psexec.exe -s cmd.exe',
      `robocopy /B "${source.slice(0, source.lastIndexOf('\\'))}" C:\\DPMRecovery *.mdf *.ldf`,
    ],
    pitvault: [`${recoverCommand(facts)}   # the steps above and this one at once`],
    verify: 'both files are there, with the sizes (and hashes) of the source',
  };
}

/** The order is part of it: nothing is complete before -Sync has run. */
function syncSteps({ databaseFile, sqlServer, instance, database = '<DPMDB name>' }: RunbookFacts): Step[] {
  const file = databaseFile?.split('\\').at(-1) ?? 'MSDPM<version>$DPMDB.mdf';
  return [
    {
      title:
        'Restore the database into the SQL Server instance of DPM; in cmd.exe: PowerShell takes $DPMDB for a variable',
      on: sqlServer === undefined ? 'the DPM server' : 'the SQL Server',
      windows: [
        `DpmSync -RestoreDb -DbLoc "C:\\DPMRecovery\\${file}" -InstanceName ${instanceName(sqlServer, instance)} -DpmDbName ${database}`,
      ],
      pitvault: [],
      verify: 'Restoring DPM Database completed.',
    },
    {
      title: 'Synchronise it with the replicas',
      on: 'the DPM server',
      windows: ['DpmSync -Sync'],
      pitvault: [],
      verify: 'DPM Synchronization completed.',
    },
    {
      title: 'Only if replicas are marked as missing, before they are restored',
      on: 'the DPM server',
      windows: ['DpmSync -ReallocateReplica'],
      pitvault: [],
      verify: 'no replica is missing; then run a consistency check of every data source',
    },
  ];
}

/** `server\\instance`; the default instance, an empty name, is the server alone. */
function instanceName(server = '<server>', instance = '<instance>'): string {
  if (server === '<server>' && instance === '<instance>') return '<server\\instance>';
  return instance === '' ? server : `${server}\\${instance}`;
}

function posix(path: string): string {
  return path.replaceAll('\\', '/');
}
