/** Keeps states of one disk in a pool of its own, and tells what changed: every type an embedder has to name is public. */
import {
  type BackupReport,
  backup,
  type Container,
  type ContainerReport,
  createReplicaPool,
  type DiffRange,
  diffDisks,
  type HostFiles,
  openBackupSource,
  openPool,
  pointsByTime,
  protect,
  type ReplicaMode,
  verify,
} from 'pitvault';
import { loadHostFiles } from 'pitvault/native-shims';

/** `states`: locators of states of one disk, oldest first. */
export async function keep(path: string, states: readonly string[], mode?: ReplicaMode): Promise<BackupReport[]> {
  const files: HostFiles = await loadHostFiles();
  const pool = createReplicaPool(path, 'server.example', files);
  const reports: BackupReport[] = [];
  for (const state of states) {
    const source = await openBackupSource(state, {}, files);
    try {
      const isFirst = reports.length === 0;
      reports.push(
        await (isFirst ? protect(pool, source, { name: 'disk', mode }) : backup(pool, 'disk', source, { threads: 1 })),
      );
    } finally {
      await source.close();
    }
  }
  return reports;
}

/** Ranges that differ between the two newest states. */
export async function newest(path: string): Promise<DiffRange[]> {
  await using pool = await openPool(path);
  const container: Container = pool.containers[0]!;
  const [before, after] = (await pointsByTime(container)).slice(-2).map(({ point }) => point);
  await using old = await before!.open();
  await using now = await after!.open();
  const ranges: DiffRange[] = [];
  await diffDisks(old.disk, now.disk, { onRange: (range) => ranges.push(range) });
  return ranges;
}

export async function damaged(path: string): Promise<ContainerReport[]> {
  const { containers } = await verify(path);
  return containers.filter(({ damage }) => damage.blocks.length > 0);
}
