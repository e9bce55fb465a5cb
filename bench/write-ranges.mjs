/**
 * The peer of bench/replica.mjs that writes: holds the bytes of some ranges, and writes them to any file as often as asked
 * for, durable at the end. Answers with ms.
 */
import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';

let pieces = [];
process.on('message', ({ path, ranges, target }) => {
  if (path !== undefined) {
    const input = openSync(path, 'r');
    pieces = ranges.map(({ offset, length }) => {
      const bytes = Buffer.alloc(length);
      readSync(input, bytes, 0, length, offset);
      return { offset, bytes };
    });
    closeSync(input);
    process.send(0);
    return;
  }
  const start = performance.now();
  const fd = openSync(target, 'r+');
  for (const { offset, bytes } of pieces) writeSync(fd, bytes, 0, bytes.length, offset);
  fdatasyncSync(fd);
  closeSync(fd);
  process.send(performance.now() - start);
});
