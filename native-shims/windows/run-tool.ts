/** Runs one of Windows' tools: argument vector, never a shell string; a time limit; output in the code page of consoles. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText } from './clixml.ts';
import { SCRIPT, type ToolCommand } from './commands.ts';

export type ToolResult = { readonly code: number; readonly out: string; readonly err: string };

/** Runs commands; tests put recordings in its place. */
export type ToolRunner = (command: ToolCommand) => Promise<ToolResult>;

export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly command: ToolCommand;

  constructor(command: ToolCommand, message: string) {
    super(`${command.file}: ${message}`);
    this.command = command;
  }
}

const OUTPUT_MAX = 16 * 1024 * 1024;

/** The runner for a real Windows. `codePage`: what `chcp` tells; 850 and 437 are those of Western systems. */
export function toolRunner(codePage = 850): ToolRunner {
  return async (command) => {
    const folder = command.script === undefined ? null : mkdtempSync(join(tmpdir(), 'pitvault-'));
    try {
      const path = folder === null ? null : join(folder, 'script.dsh');
      if (path !== null) writeFileSync(path, command.script!, { encoding: 'latin1', mode: 0o600 });
      const args = command.args.map((argument) => (argument === SCRIPT && path !== null ? path : argument));
      return await run(command, args, codePage);
    } finally {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    }
  };
}

function run(command: ToolCommand, args: readonly string[], codePage: number): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
    let size = 0;
    const timer = setTimeout(() => {
      child.kill();
      reject(new ToolError(command, `no answer within ${command.timeoutMs / 1000} s`));
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
      reject(new ToolError(command, error.message));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const text = (bytes: readonly Buffer[]): string => decodeOem(Buffer.concat(bytes), codePage);
      resolve({ code: code ?? -1, out: text(parts.out), err: errorText(text(parts.err)) });
    });
  });
}

/** Upper halves of the code pages of consoles, in order from 0x80. */
const UPPER: Readonly<Record<number, string>> = {
  437: 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  850: 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
};

/** Text in the code page of a console; UTF-16 and UTF-8 are known by their marks. */
export function decodeOem(bytes: Buffer, codePage: number): string {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return bytes.toString('utf8', 3);
  const upper = UPPER[codePage];
  if (upper === undefined) return new TextDecoder(codePage === 866 ? 'ibm866' : 'utf-8').decode(bytes);
  const letters = Array.from(upper);
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : letters[byte - 0x80]!)).join('');
}
