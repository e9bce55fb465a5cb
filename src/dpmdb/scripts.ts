/**
 * The scripts to run on a living DPMDB before the disaster: those of the DPM documentation, put right. They also run here
 * (`pitvault sql`), so that a printed script is known to be one.
 */

import { invalidArgument } from '../errors.ts';

const SCRIPT_NAMES = ['locate', 'version', 'tapes'] as const;
export const DPM_VERSIONS = ['2016', '2019', '2022', '2025'] as const;

type ScriptName = (typeof SCRIPT_NAMES)[number];

/** Where the databases of DPM lie on modern storage; the replica's folder is <AccessPath><Folder><Replica>. */
const LOCATE_MODERN = `select ag.NetbiosName, ds.DataSourceName, lr.Validity, sv.AccessPath, sv.Server + '\\' as Folder,
       lr.PhysicalReplicaId as Replica, lr.PhysicalReplicaId as "Replica-SubFolder"
from tbl_IM_DataSource as ds
join tbl_PRM_LogicalReplica as lr on ds.DataSourceId = lr.DataSourceId
join tbl_AM_Server as ag on ds.ServerId = ag.ServerId
join tbl_PRM_ReplicaVolume as rv on lr.PhysicalReplicaId = rv.ReplicaId
join tbl_STM_Volume as sv on rv.StorageId = sv.StorageId
where ds.ProtectedGroupId is not null
order by ag.NetbiosName, ds.DataSourceName`;

/** The same for storage that is older than 2016: a replica is a volume. */
const LOCATE_LEGACY = `select ag.NetbiosName, ds.DataSourceName, lr.Validity, vol.MountPointPath, vol.GuidName,
       lr.PhysicalReplicaId as Replica
from tbl_IM_DataSource as ds
join tbl_PRM_LogicalReplica as lr on ds.DataSourceId = lr.DataSourceId
join tbl_AM_Server as ag on ds.ServerId = ag.ServerId
join tbl_SPM_Volume as vol on lr.PhysicalReplicaId = vol.VolumeSetID and vol.Usage = 1
order by ag.NetbiosName, ds.DataSourceName`;

const VERSION = `select distinct MajorVersionNumber, MinorVersionNumber, BuildNumber, FileName
from dbo.tbl_AM_AgentPatch
order by MajorVersionNumber, MinorVersionNumber, BuildNumber`;

/** Which tapes hold the DPM database. */
const TAPES = `select ro.Path, ro.FileSpec, media.Label, media.BarcodeValue, pd.CreationDate, pd.ExpiryDate,
       pd.LifeStatus as "1=valid, 2=expired"
from dbo.tbl_MM_MediaMap as mm
join dbo.tbl_MM_PhysicalDataset as pd on pd.DatasetId = mm.DatasetId
join dbo.tbl_MM_Media as media on media.MediaId = mm.MediaId
join dbo.tbl_RM_RecoverableObjectFileSpec as ro on ro.DatasetId = mm.DatasetId
where ro.FileSpec like '%DPMDB%'
order by pd.CreationDate desc`;

export const TAPE_SCRIPT = TAPES;
export const VERSION_SCRIPT = VERSION;

const ABOUT: Record<ScriptName, string> = {
  locate:
    'Which GUID folder holds which data source. Save the result outside the DPM server; `pitvault catalog --dpmdb FILE` reads it.',
  version:
    'The update rollups that DPM has: a database is restored to the same version only. No rows: base version, or upgraded since the last rollup.',
  tapes: 'Which tapes hold the DPM database. Save the result outside the DPM server.',
};

/** The script with a comment on top, ready for Management Studio or sqlcmd. Throws kind `invalid-argument` for other names. */
export function sqlScript(name: string, version: string): string {
  const script = SCRIPT_NAMES.find((each) => each === name.toLowerCase());
  if (script === undefined)
    throw invalidArgument('SCRIPT_NAME', `there is no script ${name}`, {
      hint: `there are: ${SCRIPT_NAMES.join(', ')}`,
    });
  if (!DPM_VERSIONS.some((each) => each === version))
    throw invalidArgument('SCRIPT_VERSION', `no script is known for DPM ${version}`, {
      hint: `for ${DPM_VERSIONS.join(', ')} there are`,
    });
  const head = `/* pitvault: ${script}, System Center DPM ${version}\n   ${ABOUT[script]} */\nuse DPMDB -- change it when the database has another name\n`;
  if (script === 'version') return `${head}${VERSION};\n`;
  if (script === 'tapes') return `${head}${TAPES};\n`;
  // A 2016 server may have storage of both kinds.
  return version === '2016'
    ? `${head}${LOCATE_MODERN};\n\n-- Storage from before 2016 (each replica is a volume of its own):\n${LOCATE_LEGACY};\n`
    : `${head}${LOCATE_MODERN};\n`;
}
