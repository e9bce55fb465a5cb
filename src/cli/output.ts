/** What goes to the terminal: results to standard output, everything else to standard error. */

import { writeSync } from 'node:fs';
import type { Finding, StorageError } from '../errors.ts';

const OUT = 1;
const ERR = 2;
const FLUSH = 64 * 1024;

let pending = '';

/** Standard output is gone (`| head`): whoever reads has seen enough. */
export class OutputClosed extends Error {}

/** Adds a line of result. Gathered into large writes. */
export function line(text = ''): void {
  pending += `${text}\n`;
  if (pending.length >= FLUSH) flush();
}

export function flush(): void {
  const text = pending;
  pending = '';
  if (text !== '') writeAll(OUT, Buffer.from(text));
}

/** Bytes of result, as they are. */
export function bytesOut(bytes: Uint8Array): void {
  flush();
  writeAll(OUT, bytes);
}

export function json(value: unknown): void {
  line(JSON.stringify(value, null, 2));
}

export function note(text: string): void {
  writeAll(ERR, Buffer.from(`${text}\n`));
}

export function findingLine(finding: Finding): string {
  const { structure, offset, image } = finding.at;
  const place = [structure, offset === undefined ? undefined : `offset 0x${offset.toString(16)}`, image].filter(
    (part) => part !== undefined,
  );
  const spec = finding.spec === undefined ? '' : ` [${finding.spec}]`;
  return `${finding.severity}: ${finding.message}${place.length > 0 ? ` (${place.join(', ')})` : ''}${spec}`;
}

export function errorText(error: StorageError): string {
  const { structure, offset, image } = error.at;
  const lines = [`pitvault: ${error.message}`];
  const place = [
    image !== undefined && !error.message.includes(image) ? `in ${image}` : undefined,
    structure === undefined ? undefined : `structure: ${structure}`,
    offset === undefined ? undefined : `offset: ${offset} (0x${offset.toString(16)})`,
  ].filter((part) => part !== undefined);
  if (place.length > 0) lines.push(`  where: ${place.join(', ')}`);
  if (error.hint !== undefined) lines.push(`  what to do: ${error.hint}`);
  lines.push(`  code: ${error.code}`);
  return lines.join('\n');
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') throw new OutputClosed();
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // a full pipe: give its reader a moment
    }
  }
}
