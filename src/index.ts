/** The public API: everything an embedder may rely on, and nothing else. */

export { type AdvanceOptions, type BackupOptions, backup, consistencyCheck } from './backup/backup.ts';
export { changeMapOf, openChangeList } from './backup/change-list.ts';
export type { BackupReport, BackupSource, Derivation, JobOptions } from './backup/job.ts';
export { bestMode, createReplicaPool, modeFor, openReplicaPool } from './backup/pool-on-disk.ts';
export { type ProtectOptions, protect } from './backup/protect.ts';
export { type OpenBackupSource, openBackupSource, spoolStream } from './backup/source.ts';
export { benchExpressFull, type ExpressFullBench, type ExpressFullBenchOptions } from './bench/express-full.ts';
export type { UnreadableRange } from './copy/careful-read.ts';
export { CopyEngine, hashMap } from './copy/copy-engine.ts';
export type { CopyOptions, CopyOutcome } from './copy/copy-run.ts';
export { databaseHealth, type HealthCheckOptions } from './database/health.ts';
export { DatabaseHandle, type DatabaseOptions, openDatabase } from './database/open-database.ts';
export { DatabaseTables, type PartialTable } from './database/sql-tables.ts';
export { type CompareOptions, type Comparison, compareImages } from './diff/compare-images.ts';
export type { DiffMethod, DiffRange, DiffState } from './diff/diff-ranges.ts';
export {
  type DiffCount,
  type DiffOptions,
  type DiffSummary,
  diffDisks,
  type KnownDifferences,
} from './diff/disk-diff.ts';
export { DifferingBytes, diffFiles, diffVolumeFiles, type VolumeFileChange } from './diff/file-diff.ts';
export { knownDifferences } from './diff/known-differences.ts';
export type { DiskFormat, DiskImage, DiskType } from './disk/disk-image.ts';
export type { Catalog, CatalogEntry } from './dpmdb/catalog.ts';
export { findByName } from './dpmdb/catalog.ts';
export { type DpmBuild, type DpmVersionReport, dpmVersion } from './dpmdb/dpm-version.ts';
export type { CatalogSource } from './dpmdb/find-dpmdb.ts';
export type { KnownReplica, StoragePath } from './dpmdb/known-replicas.ts';
export { type CatalogOptions, loadCatalog } from './dpmdb/load-catalog.ts';
export { readTapeCard, type TapeEntry } from './dpmdb/tape-card.ts';
export type { ErrorCode, PitvaultCode, SystemCode } from './error-codes.ts';
export {
  type ErrorDetails,
  type ErrorKind,
  type Finding,
  type Place,
  StorageError,
  type StorageErrorJson,
} from './errors.ts';
export type {
  ChangedBytes,
  ContentRange,
  DataStream,
  FileChange,
  FileEntry,
  FileKind,
  FileSystem,
  FileSystemInfo,
  ListOptions,
  NamesOnly,
  RangeOwner,
  StreamInfo,
  VolumeRange,
} from './filesystem/file-system.ts';
export { chooseShadow, type ShadowChoice } from './image/choose-shadow.ts';
export { type Image, openImage } from './image/image.ts';
export type { OpenOptions, Source } from './image/source.ts';
export type { Volume } from './image/volume.ts';
export type { FileHandle, StreamOptions, VolumeFiles } from './image/volume-files.ts';
export type { ByteFile, OpenFile } from './io/byte-file.ts';
export { DiskFile } from './io/disk-file.ts';
export type {
  ByteRange,
  CloneOutcome,
  HostFile,
  HostFiles,
  LockMode,
  LockOutcome,
  PhysicalExtent,
} from './io/host-files.ts';
export { MemoryFile } from './io/memory-file.ts';
export type { DynamicExtent, DynamicLayout, DynamicVolume } from './ldm/disk-group.ts';
export {
  type ConvertFormat,
  type ConvertOptions,
  type ConvertReport,
  convertImage,
} from './maintenance/convert-image.ts';
export { type CreateOptions, type CreateReport, createImage } from './maintenance/create-image.ts';
export type { MaintenanceOptions, NewFileOptions } from './maintenance/host.ts';
export { type MergeOptions, type MergeReport, mergeImage } from './maintenance/merge-image.ts';
export { type CompactReport, compactImage, type RepairReport, repairImage } from './maintenance/repair-image.ts';
export { type ResizeReport, resizeImage } from './maintenance/resize-image.ts';
export type { AddressMap, ComputedBytes, ExtentSink } from './map/address-map.ts';
export { type Extent, extentsOf, resolveExtents } from './map/extent.ts';
export { readMap } from './map/read-map.ts';
export type { BootPage, Lsn } from './mdf/boot-page.ts';
export { Database, type DatabaseFile } from './mdf/database.ts';
export type { BadPage, DatabaseHealth, Verdict as DatabaseVerdict } from './mdf/health.ts';
export type { LogState } from './mdf/log-file.ts';
export type { PageCounts } from './mdf/page-census.ts';
export { type Column, type RowOptions, Table } from './mdf/table.ts';
export type { SqlRow, SqlValue } from './mdf/value.ts';
export type { VolumeIdentity, VolumeKind } from './partition/identify-volume.ts';
export type { PartitionScheme } from './partition/partition.ts';
export type { Partition, PartitionTable } from './partition/partition-table.ts';
export type { CaptureTime } from './pool/capture-time.ts';
export { openPool } from './pool/scan-pool.ts';
export {
  type Container,
  choosePoint,
  type Point,
  type PointChoice,
  pointsByTime,
  type StoragePool,
} from './pool/storage-pool.ts';
export type { DatabaseReport } from './recovery/database-health.ts';
export { convertToRaw, type ExportOptions } from './recovery/export-raw.ts';
export { type FileVersion, fileVersions, shadowVersions, type VersionOptions } from './recovery/file-versions.ts';
export { type RecoverOptions, recover } from './recovery/recover.ts';
export type { FileReport, RecoveryReport, SourceReport } from './recovery/report.ts';
export type { Container as ReplicaContainer, State as ReplicaState } from './replica/container.ts';
export type { ReplicaFile, ReplicaMode } from './replica/layout.ts';
export type { PruneOptions, PruneStep } from './replica/prune.ts';
export type { WaitOptions } from './replica/readers.ts';
export type { ReplicaEntry, ReplicaPool, Unfinished } from './replica/replica-pool.ts';
export type { Unreadable } from './replica/unreadable.ts';
export { daysCovered, POINT_LIMITS, type RoomQuestion, requireRoom } from './retention/limits.ts';
export {
  type DpmRule,
  planRetention,
  type RetentionPlan,
  type RetentionRules,
  type TimedPoint,
  type Verdict as RetentionVerdict,
} from './retention/plan.ts';
export type { PointUsage } from './retention/usage.ts';
export { ChangeMap, type Range } from './sidecar/change-map.ts';
export type { SidecarHeader } from './sidecar/format.ts';
export type { Seal } from './sidecar/seal.ts';
export type { QueryRows } from './sql/run-query.ts';
export type { SqlTable, SqlTables } from './sql/scope.ts';
export { runScript, type ScriptOptions, type ScriptResult } from './sql/script.ts';
export type { DamagedBlock, DamageLog, FileHit } from './verify/damage-log.ts';
export { keepSeals, repairReported } from './verify/mend.ts';
export { usageOf } from './verify/point-usage.ts';
export { applyPlan, type PointVerdict, type PrunePlan, planReplica } from './verify/prune-pool.ts';
export type { MendReport, Overwritten, RepairedBlock } from './verify/repair.ts';
export { type VerifyReport, type VerifyRequest, verify } from './verify/verify.ts';
export type { ContainerReport, StateReport } from './verify/verify-container.ts';
export { VERSION } from './version.ts';
export type { RepairAction } from './vhdx/repair-vhdx.ts';
export type { StoreInfo } from './vss/format.ts';
export type { ShadowCopies, ShadowCopy } from './vss/shadow-copies.ts';
