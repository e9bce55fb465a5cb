/** Bytes of a stream in one piece, the way a test wants to compare them. */

type Sink = {
  data(
    at: number,
    length: number,
    file: { read(offset: number, target: Uint8Array): number },
    fileOffset: number,
  ): void;
  zero(at: number, length: number): void;
  computed(
    at: number,
    length: number,
    source: { read(offset: number, target: Uint8Array): void },
    offset: number,
  ): void;
};
type Map = { readonly size: number; resolve(offset: number, length: number, at: number, sink: Sink): void };

/** All bytes, put together here from the leaves, each checked to continue the one before. */
export function contentOf(map: Map, offset = 0, length = map.size - offset): Uint8Array {
  const bytes = new Uint8Array(length);
  let end = 0;
  const next = (at: number, count: number): Uint8Array => {
    if (at !== end || count <= 0) throw new Error(`leaf at ${at} of ${count} bytes does not continue ${end}`);
    end += count;
    return bytes.subarray(at, end);
  };
  if (length > 0) {
    map.resolve(offset, length, 0, {
      data: (at, count, file, fileOffset) => file.read(fileOffset, next(at, count)),
      zero: (at, count) => next(at, count).fill(0),
      computed: (at, count, source, sourceOffset) => source.read(sourceOffset, next(at, count)),
    });
  }
  if (end !== length) throw new Error(`leaves cover ${end} of ${length} bytes`);
  return bytes;
}

/** `data 4096, zero 100`: the kinds of leaves, neighbours of one kind joined. */
export function leavesOf(map: Map, offset = 0, length = map.size - offset): string {
  const kinds: [string, number][] = [];
  const add = (kind: string, count: number): void => {
    if (kinds.at(-1)?.[0] === kind) kinds.at(-1)![1] += count;
    else kinds.push([kind, count]);
  };
  map.resolve(offset, length, 0, {
    data: (_at, count) => add('data', count),
    zero: (_at, count) => add('zero', count),
    computed: (_at, count, source) =>
      add('what' in source && /unreadable/.test(String(source.what)) ? 'unreadable' : 'computed', count),
  });
  return kinds.map(([kind, count]) => `${kind} ${count}`).join(', ');
}
