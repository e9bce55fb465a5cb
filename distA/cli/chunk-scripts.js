const e=require("./chunk-core.js"),t=[`locate`,`version`,`tapes`],n=[`2016`,`2019`,`2022`,`2025`],r=`select ag.NetbiosName, ds.DataSourceName, lr.Validity, sv.AccessPath, sv.Server + '\\' as Folder,
       lr.PhysicalReplicaId as Replica, lr.PhysicalReplicaId as "Replica-SubFolder"
from tbl_IM_DataSource as ds
join tbl_PRM_LogicalReplica as lr on ds.DataSourceId = lr.DataSourceId
join tbl_AM_Server as ag on ds.ServerId = ag.ServerId
join tbl_PRM_ReplicaVolume as rv on lr.PhysicalReplicaId = rv.ReplicaId
join tbl_STM_Volume as sv on rv.StorageId = sv.StorageId
where ds.ProtectedGroupId is not null
order by ag.NetbiosName, ds.DataSourceName`,i={locate:"Which GUID folder holds which data source. Save the result outside the DPM server; `pitvault catalog --dpmdb FILE` reads it.",version:`The update rollups that DPM has: a database is restored to the same version only. No rows: base version, or upgraded since the last rollup.`,tapes:`Which tapes hold the DPM database. Save the result outside the DPM server.`};function sqlScript(a,o){let s=t.find(e=>e===a.toLowerCase());if(s===void 0)throw e.ri(`SCRIPT_NAME`,`there is no script ${a}`,{hint:`there are: ${t.join(`, `)}`});if(!n.some(e=>e===o))throw e.ri(`SCRIPT_VERSION`,`no script is known for DPM ${o}`,{hint:`for ${n.join(`, `)} there are`});let c=`/* pitvault: ${s}, System Center DPM ${o}\n   ${i[s]} */\nuse DPMDB -- change it when the database has another name\n`;return s===`version`?`${c}select distinct MajorVersionNumber, MinorVersionNumber, BuildNumber, FileName
from dbo.tbl_AM_AgentPatch
order by MajorVersionNumber, MinorVersionNumber, BuildNumber;\n`:s===`tapes`?`${c}select ro.Path, ro.FileSpec, media.Label, media.BarcodeValue, pd.CreationDate, pd.ExpiryDate,
       pd.LifeStatus as "1=valid, 2=expired"
from dbo.tbl_MM_MediaMap as mm
join dbo.tbl_MM_PhysicalDataset as pd on pd.DatasetId = mm.DatasetId
join dbo.tbl_MM_Media as media on media.MediaId = mm.MediaId
join dbo.tbl_RM_RecoverableObjectFileSpec as ro on ro.DatasetId = mm.DatasetId
where ro.FileSpec like '%DPMDB%'
order by pd.CreationDate desc;\n`:o===`2016`?`${c}${r};\n\n-- Storage from before 2016 (each replica is a volume of its own):\nselect ag.NetbiosName, ds.DataSourceName, lr.Validity, vol.MountPointPath, vol.GuidName,
       lr.PhysicalReplicaId as Replica
from tbl_IM_DataSource as ds
join tbl_PRM_LogicalReplica as lr on ds.DataSourceId = lr.DataSourceId
join tbl_AM_Server as ag on ds.ServerId = ag.ServerId
join tbl_SPM_Volume as vol on lr.PhysicalReplicaId = vol.VolumeSetID and vol.Usage = 1
order by ag.NetbiosName, ds.DataSourceName;\n`:`${c}${r};\n`}Object.defineProperty(exports,"i",{enumerable:!0,get:function(){return sqlScript}}),Object.defineProperty(exports,"n",{enumerable:!0,get:function(){return`select ro.Path, ro.FileSpec, media.Label, media.BarcodeValue, pd.CreationDate, pd.ExpiryDate,
       pd.LifeStatus as "1=valid, 2=expired"
from dbo.tbl_MM_MediaMap as mm
join dbo.tbl_MM_PhysicalDataset as pd on pd.DatasetId = mm.DatasetId
join dbo.tbl_MM_Media as media on media.MediaId = mm.MediaId
join dbo.tbl_RM_RecoverableObjectFileSpec as ro on ro.DatasetId = mm.DatasetId
where ro.FileSpec like '%DPMDB%'
order by pd.CreationDate desc`}}),Object.defineProperty(exports,"r",{enumerable:!0,get:function(){return`select distinct MajorVersionNumber, MinorVersionNumber, BuildNumber, FileName
from dbo.tbl_AM_AgentPatch
order by MajorVersionNumber, MinorVersionNumber, BuildNumber`}}),Object.defineProperty(exports,"t",{enumerable:!0,get:function(){return n}});