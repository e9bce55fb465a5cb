/**
 * The layout of a DPM pool (Modern Backup Storage), and the heuristics where no document speaks:
 *
 *     <AccessPath>/<DPM server FQDN>/<PhysicalReplicaId>/<PhysicalReplicaId>/disk0.vhdx   the live replica
 *     <AccessPath>/<DPM server FQDN>/<PhysicalReplicaId>/<PITId>/disk0.vhdx               a recovery point
 *
 * Inside the volume: `/<guid>/Full/<Drive>-Vol/<path>` for applications, `/<guid>/Full/<folder>` for files, and a file
 * `{GUID}checkpoint` in the root. Everything that a field report may prove wrong is one named constant here.
 */
/** `disk0.vhdx`; only disk0 is documented, further numbers are accepted and reported. */
export const DISK_NAME = /^disk(\d+)\.vhdx$/i;
/** Folders below a root: access path, sub-directory, server, container, point. */
export const FOLDER_DEPTH_MAX = 5;
/** Folders that Windows keeps on every volume, and pitvault in every pool of its own, and that hold no pool. */
export const SYSTEM_FOLDER = /^(system volume information|\$recycle\.bin|lost\+found|\.pitvault)$/i;
/** Root file that DPM rewrites with each backup: its modification time is the time of capture. */
export const CHECKPOINT_NAME = /^\{[0-9a-f-]{36}\}checkpoint$/i;
/** Application data stands below `/<guid>/Full/<Drive>-Vol`. */
export const VOLUME_FOLDER = /^[A-Z]-Vol$/i;
/** Database files of DPMDB: `MSDPM2012$DPMDB.mdf`, `MSDPM2012$DPMDB_<SERVER>_log.ldf`, `DPMDB.mdf`. */
export const DPMDB_FILE = /DPMDB.*\.(mdf|ndf|ldf)$/i;
