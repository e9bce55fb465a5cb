/** Recovers DPMDB from a pool, then reads one of its files page by page: node out/index.js POOL TARGET */
import { type ErrorCode, openImage, openPool, recover, StorageError } from 'pitvault';
import { damaged, keep, newest } from './own-pool.js';

const [root, out] = process.argv.slice(2) as [string, string];
const limit = process.env['LIMIT_MS'];
const signal = limit === undefined ? undefined : AbortSignal.timeout(Number(limit));
try {
  await using pool = await openPool(root, { signal });
  for (const container of pool.containers) console.log(container.server, container.replicaId, container.points.length);
  const report = await recover(pool, { datasource: 'dpmdb', at: new Date(), out, signal, onProgress: () => {} });
  for (const file of report.files) console.log(file.status, file.path, file.sha256);

  const replica = pool.containers.find((container) => container.replicaId === report.source.replicaId)!;
  const states = [...replica.points, replica.replica!].map((point) => point.locator!);
  const kept = await keep(`${out}-pool`, states);
  console.log('kept', kept.length, 'points', kept.filter(({ pointId }) => pointId !== null).length);
  const ranges = await newest(`${out}-pool`);
  console.log(
    'changed',
    ranges.reduce((sum, { length }) => sum + length, 0) > 0,
    (await damaged(`${out}-pool`)).length,
  );

  await using image = await openImage(report.source.image);
  for (const volume of await image.volumes()) {
    const files = await volume.fileSystem();
    if (files === null) continue;
    for await (const entry of files.walk('/')) {
      if (!/\.mdf$/i.test(entry.name)) continue;
      const file = await files.open(entry.path);
      const page = new Uint8Array(8192);
      await file.read(page, 0);
      console.log(entry.path, 'page type', page[1], 'extents', file.resolve(0, file.size).length);
      let streamed = 0;
      for await (const chunk of file.stream({ start: 0, end: file.size, signal }))
        streamed += (chunk as Uint8Array).length;
      console.log('streamed', streamed === file.size);
    }
  }
} catch (error) {
  if (!StorageError.is(error)) throw error;
  console.error(error.code, error.message, error.hint);
  process.exitCode = exitCodeOf(error.code);
}

/** Codes are a closed union: a case that is misspelt does not compile. */
function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'CANCELLED':
      return 130;
    case 'POOL_ROOT_MISSING':
    // @ts-expect-error: there is no such code
    case 'POOL_ROOT_MISING':
      return 3;
    default:
      return 1;
  }
}
