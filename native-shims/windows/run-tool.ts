/** Runs one of Windows' tools: argument vector, never a shell string; a time limit; output in the code page of consoles. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { decodeWholeText } from '../../src/base/decode-text.ts';
import type { ErrorCode } from '../../src/error-codes.ts';
import { type ErrorKind, StorageError, throwIfCancelled } from '../../src/errors.ts';
import { errorText } from './clixml.ts';
import { SCRIPT, type ToolCommand } from './commands.ts';
import { OEM_PAGES } from './oem-pages.ts';

export type ToolResult = { readonly code: number; readonly out: string; readonly err: string };

/** Runs commands; tests put recordings in its place. `signal` ends the tool. Rejects with `cancelled` then. */
export type ToolRunner = (command: ToolCommand, signal?: AbortSignal) => Promise<ToolResult>;

/** What a tool says when it will not, or what is missing of what it should have done. */
export class ToolError extends StorageError {
  constructor(command: ToolCommand, message: string, kind: ErrorKind = 'io', code?: ErrorCode) {
    super(kind, code ?? CODES[kind] ?? 'WINDOWS_TOOL', `${command.file}: ${message}`, {
      structure: command.file,
      hint: HINTS[kind] ?? 'run it in an elevated prompt (for the volumes of DPM as SYSTEM: psexec.exe -s cmd.exe)',
    });
  }
}

const CODES: Partial<Record<ErrorKind, ErrorCode>> = {
  unsupported: 'WINDOWS_TOOL_MISSING',
  conflict: 'WINDOWS_IN_USE',
};
const HINTS: Partial<Record<ErrorKind, string>> = {
  unsupported:
    'diskshadow is part of Windows Server only; images and pools are read without any of these tools: --image',
  'not-found': 'look what there is: pitvault mountvol, pitvault get-vhd PATH',
  conflict: 'end the other use of it first (dismount-vhd, mountvol X: /D, unexpose), or choose another letter',
};

const OUTPUT_MAX = 16 * 1024 * 1024;

/**
 * The runner for a real Windows. `codePage`: what `chcp` tells; 850 and 437 are those of Western systems. `systemRoot`:
 * tools are taken from there alone, since Windows would look into the current folder first, which may be anybody's.
 */
export function toolRunner(codePage = 850, systemRoot = process.env['SystemRoot']): ToolRunner {
  return async (command, signal) => {
    throwIfCancelled(signal);
    const folder = command.script === undefined ? null : mkdtempSync(join(tmpdir(), 'pitvault-'));
    try {
      const path = folder === null ? null : join(folder, 'script.dsh');
      if (path !== null) writeFileSync(path, command.script!, { encoding: 'latin1', mode: 0o600 });
      const args = command.args.map((argument) => (argument === SCRIPT && path !== null ? path : argument));
      const said = await run(command, pathOf(command.file, systemRoot), args, codePage, signal);
      throwIfCancelled(signal);
      return said;
    } finally {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    }
  };
}

function pathOf(file: string, systemRoot: string | undefined): string {
  if (systemRoot === undefined || isAbsolute(file)) return file;
  const folder = file === 'powershell.exe' ? ['WindowsPowerShell', 'v1.0'] : [];
  return join(systemRoot, 'System32', ...folder, file);
}

function run(
  command: ToolCommand,
  file: string,
  args: readonly string[],
  codePage: number,
  signal: AbortSignal | undefined,
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    // A console of its own, which no Ctrl-C reaches: `signal` has to.
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, signal });
    const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
    let size = 0;
    const timer = setTimeout(() => {
      child.kill();
      const message = `no answer within ${command.timeoutMs / 1000} s`;
      reject(new ToolError(command, message, 'io', 'WINDOWS_TOOL_TIMEOUT'));
    }, command.timeoutMs);
    const take = (into: Buffer[]) => (part: Buffer) => {
      size += part.length;
      if (size <= OUTPUT_MAX) into.push(part);
      else {
        child.kill();
        reject(new ToolError(command, 'endless output'));
      }
    };
    child.stdout.on('data', take(parts.out));
    child.stderr.on('data', take(parts.err));
    child.on('error', (error) => {
      clearTimeout(timer);
      if (signal?.aborted === true) return; // `close` comes when it has ended, and holds nothing open
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isMissing) reject(new ToolError(command, 'this machine does not have it (ENOENT)', 'unsupported'));
      else reject(new ToolError(command, error.message));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const text = (bytes: readonly Buffer[]): string => decoded(Buffer.concat(bytes), command, codePage);
      resolve({ code: code ?? -1, out: text(parts.out), err: errorText(text(parts.err)) });
    });
  });
}

/** What was asked to write UTF-8 may have had no console to ask. */
function decoded(bytes: Buffer, { isUtf8 }: ToolCommand, codePage: number): string {
  return (isUtf8 === true ? decodeWholeText(bytes) : null) ?? decodeOem(bytes, codePage);
}

/** Text in the code page of a console; UTF-16 and UTF-8 are known by their marks. */
export function decodeOem(bytes: Buffer, codePage: number): string {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return bytes.toString('utf8', 3);
  const upper = OEM_PAGES.get(codePage);
  if (upper === undefined) return new TextDecoder(labelOf(codePage)).decode(bytes);
  const letters = Array.from(upper);
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : letters[byte - 0x80]!)).join('');
}

/** The name that the platform's own decoders have for a code page. */
function labelOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  return LABELS[codePage] ?? 'utf-8';
}

const LABELS: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
};
