/**
 * The procedure "recover the DPM database" as steps with the user's own names, for each kind of storage and version, with
 * the mistakes of the printed procedure put right: the volume name is whole, the order of DpmSync is fixed, the path
 * query has the filters that keep inactive replicas apart. Pure.
 */
import { shellWord } from "../base/shell-word.js";
import { volumeName } from "./volume-name.js";
/**
 * The query that names the replica's path, to be run while the server still works. It names the servers that host databases
 * instead of asking for one: DPMDB may lie on a SQL Server elsewhere. Replicas out of use are told by their Validity, not
 * left out: theirs may be the only points that are left.
 */
export function pathQuery({ storage, version }) {
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
    const columns = version === '2016'
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
export function recoverDpmdbSteps(facts) {
    const steps = facts.storage === 'mbs' ? mbsSteps(facts) : legacySteps(facts);
    return [...steps, ...syncSteps(facts)].map((step, index) => ({ ...step, number: index + 1 }));
}
function mbsSteps(facts) {
    const replica = facts.replicaId ?? '<PhysicalReplicaId>';
    const point = facts.pointId ?? '<PITId>';
    const folder = `${facts.accessPath ?? '<ReFSVolume>'}\\${facts.server}\\${replica}\\${point}`;
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
            windows: [`cd "${folder}"`, 'Mount-VHD disk0.vhdx -ReadOnly -NoDriveLetter'],
            pitvault: [
                ...(facts.disk === undefined ? [`cd ${shellWord(posix(folder), 'linux')}`] : []),
                `pitvault mount-vhd ${disk}`,
            ],
            verify: 'Get-VHD disk0.vhdx says Attached: True',
        },
        {
            title: 'Give its volume an unused letter',
            on: 'any machine that reads the pool',
            windows: [`mountvol X: ${volumeName(replica)}`],
            pitvault: [`pitvault mountvol X: '${volumeName(replica)}'`],
            verify: 'mountvol X: /L prints the same name',
        },
        copyStep(facts),
        {
            title: 'Take back the letter and detach the disk: a disk left attached can make backups fail',
            on: 'any machine that reads the pool',
            windows: ['mountvol X: /D', 'Dismount-VHD disk0.vhdx'],
            pitvault: ['pitvault mountvol X: /D', `pitvault dismount-vhd ${disk}`],
            verify: 'mountvol lists neither; the psexec windows are closed',
        },
    ];
}
function legacySteps(facts) {
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
function legacyDisks({ image, furtherImages = [] }) {
    return image === undefined ? ['<replica disk>'] : [image, ...furtherImages].map((path) => shellWord(path));
}
/** All steps at once, and no other file. */
function recoverCommand(facts) {
    const { storage, replicaId, pointId, volume, pool = ['<pool>'] } = facts;
    const words = (option, value) => (value === undefined ? [] : [option, value]);
    const [first = '', ...further] = legacyDisks(facts);
    const source = storage === 'mbs'
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
function copyStep(facts) {
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
function syncSteps({ databaseFile, sqlServer, instance, database = '<DPMDB name>' }) {
    const file = databaseFile?.split('\\').at(-1) ?? 'MSDPM<version>$DPMDB.mdf';
    return [
        {
            title: 'Restore the database into the SQL Server instance of DPM; in cmd.exe: PowerShell takes $DPMDB for a variable',
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
function instanceName(server = '<server>', instance = '<instance>') {
    if (server === '<server>' && instance === '<instance>')
        return '<server\\instance>';
    return instance === '' ? server : `${server}\\${instance}`;
}
function posix(path) {
    return path.replaceAll('\\', '/');
}
