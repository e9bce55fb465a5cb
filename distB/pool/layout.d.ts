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
export declare const DISK_NAME: RegExp;
/** Folders below a root: access path, sub-directory, server, container, point. */
export declare const FOLDER_DEPTH_MAX = 5;
/** Folders that Windows keeps on every volume, and pitvault in every pool of its own, and that hold no pool. */
export declare const SYSTEM_FOLDER: RegExp;
/** Root file that DPM rewrites with each backup: its modification time is the time of capture. */
export declare const CHECKPOINT_NAME: RegExp;
/** Application data stands below `/<guid>/Full/<Drive>-Vol`. */
export declare const VOLUME_FOLDER: RegExp;
/** Database files of DPMDB: `MSDPM2012$DPMDB.mdf`, `MSDPM2012$DPMDB_<SERVER>_log.ldf`, `DPMDB.mdf`. */
export declare const DPMDB_FILE: RegExp;
