/** Divides the stream `WofCompressedData` of a small file (4-byte offsets) into its chunks; shares nothing with src. */
export function wofChunks(stream: Buffer, size: number, chunkSize: number): { packed: Uint8Array; size: number }[] {
  const count = Math.ceil(size / chunkSize);
  const base = 4 * (count - 1);
  const edges = [
    base,
    ...Array.from({ length: count - 1 }, (_, i) => base + stream.readUInt32LE(4 * i)),
    stream.length,
  ];
  return Array.from({ length: count }, (_, i) => ({
    packed: stream.subarray(edges[i], edges[i + 1]),
    size: Math.min(chunkSize, size - i * chunkSize),
  }));
}
