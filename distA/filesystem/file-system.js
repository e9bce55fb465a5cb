/**
 * What comes out of a volume: the port that file systems implement. Paths use `/`, start with `/`, and name a stream
 * after a colon (`/a/b.txt:stream`). Names are the volume's own UTF-16 (WTF-16: unpaired surrogates are kept).
 */
export {};
