/** The same library from CommonJS: node out/index.js POOL */
import pitvault = require('pitvault');

async function main(root: string): Promise<void> {
  const pool = await pitvault.openPool(root);
  try {
    for (const container of pool.containers) {
      for (const { point, time } of await pitvault.pointsByTime(container)) {
        console.log(container.replicaId, point.id, new Date(time.ms).toISOString(), time.source);
      }
    }
  } finally {
    await pool.close();
  }
}

main(process.argv[2]!).catch((error: unknown) => {
  console.error(pitvault.StorageError.is(error) ? error.toJSON() : error);
  process.exitCode = 1;
});
