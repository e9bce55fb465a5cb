/**
 * What goes to the terminal: results to standard output, everything else to standard error. Who reads either may leave, or
 * its disk may be full: neither stops a job that has something to finish.
 *
 *     standard error fails       what would go there is dropped: nobody can be told
 *     standard output is left    (EPIPE) commands that only print end there; for others the rest is dropped
 *     standard output fails      (a full disk) the same, but the command ends with the error
 *
 * Names come from images, and images from anywhere: control characters are never sent to a terminal as they are, but as
 * `\u001b`, which in JSON means the same character. Rows of data (CSV, JSON lines) go out as they are.
 */

import { writeSync } from 'node:fs';
import type { Finding, StorageError } from '../errors.ts';

const OUT = 1;
const ERR = 2;
const FLUSH = 64 * 1024;

/** What a terminal would act on: all but line ends and tabs. */
const CONTROL = /(?![\n\t\r])\p{Cc}|\r(?!\n)/u;
const CONTROLS = new RegExp(CONTROL, 'gu');

let pending = '';
/** Whether what is pending goes out as it is. */
let isData = false;
/** Why nothing can be printed any more; null as long as it can. */
let failed: NodeJS.ErrnoException | null = null;
let printing: Printing | null = null;

/** Of a command that does nothing but print. `write` is called for each write, which may wait for its reader for ever. */
export type Printing = { readonly write: (write: () => void) => void };

/** Standard output is gone (`| head`): whoever reads has seen enough, and printing is all that is left to do. */
export class OutputClosed extends Error {}

/** What a failing standard output means from here on: the end of a command that only prints, or nothing (null). */
export function setPrinting(command: Printing | null): void {
  printing = command;
}

/** Why the results did not get where they should; null when they did, or whoever reads did not want the rest. */
export function outputFailure(): Error | null {
  return failed?.code === 'EPIPE' ? null : failed;
}

/** Adds a line of result. Gathered into large writes. */
export function line(text = ''): void {
  add(`${text}\n`, false);
}

/** The same for a row of data, whose control characters are data too. */
export function dataLine(text: string): void {
  add(`${text}\n`, true);
}

function add(text: string, asData: boolean): void {
  if (asData !== isData) flush();
  isData = asData;
  pending += text;
  if (pending.length >= FLUSH) flush();
}

/** Text with its control characters made visible. */
export function printable(text: string): string {
  return CONTROL.test(text) ? text.replace(CONTROLS, visible) : text;
}

/** The same for a name, which is never more than one line. */
export function nameText(name: string): string {
  return name.includes('\n') ? printable(name).replaceAll('\n', visible) : printable(name);
}

function visible(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What has no end of line yet, like a question. It shows at once. */
export function show(text: string): void {
  add(text, false);
  flush();
}

export function flush(): void {
  const text = isData ? pending : printable(pending);
  pending = '';
  if (text !== '') out(Buffer.from(text));
}

/** Bytes of result, as they are. */
export function bytesOut(bytes: Uint8Array): void {
  flush();
  out(bytes);
}

/** The result as one JSON value. Where an array was begun it becomes the last item: an error in its midst leaves it an array. */
export function json(value: unknown): void {
  if (arrays[0]?.hasBegun !== true) {
    arrays.length = 0;
    line(JSON.stringify(value, null, 2));
    return;
  }
  arrayItem(JSON.stringify(value));
  while (arrays.length > 0) arrayEnd();
}

/** JSON arrays that are open, the outermost first. One is begun with its first item, so that what fails before is no array. */
const arrays: { hasBegun: boolean; isFilled: boolean }[] = [];

/** Opens an array whose items come one by one: a million of them need no memory. May be an item of another one. */
export function arrayStart(): void {
  arrays.push({ hasBegun: false, isFilled: false });
}

/** Adds an item, JSON on one line, to the array that was opened last. */
export function arrayItem(text: string): void {
  begin();
  line(`${separator(arrays.length - 1)}${text}`);
}

export function arrayEnd(): void {
  begin();
  arrays.pop();
  line(']');
}

function begin(): void {
  for (const [i, array] of arrays.entries()) {
    if (array.hasBegun) continue;
    line(i === 0 ? '[' : `${separator(i - 1)}[`);
    array.hasBegun = true;
  }
}

function separator(index: number): string {
  const array = arrays[index]!;
  const text = array.isFilled ? ',' : ' ';
  array.isFilled = true;
  return text;
}

/** Results come before what is said of them, as they were made. */
export function note(text: string): void {
  flush();
  toStandardError(`${printable(text)}\n`);
}

/** Drops what cannot be written: there is nobody left to tell, and no job ends because of it. */
export function toStandardError(text: string): void {
  try {
    writeAll(ERR, Buffer.from(text));
  } catch {
    // Its reader has left, its terminal is closed or its disk is full.
  }
}

function out(bytes: Uint8Array): void {
  if (failed === null) {
    try {
      if (printing === null) writeAll(OUT, bytes);
      else printing.write(() => writeAll(OUT, bytes));
      return;
    } catch (error) {
      failed = error as NodeJS.ErrnoException;
    }
  }
  if (printing === null) return;
  throw failed.code === 'EPIPE' ? new OutputClosed() : failed;
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
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // a full pipe: give its reader a moment
    }
  }
}
