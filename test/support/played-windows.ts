/**
 * A Windows that is played: the runner of native-shims/windows over a machine with one shadow copy, one disk and any number
 * of letters. It answers as the recorded tools do; `sabotage` may answer in its place.
 */

import type { ToolCommand } from '../../native-shims/windows/commands.ts';
import type { ToolResult, ToolRunner } from '../../native-shims/windows/run-tool.ts';

export const SHADOW = '{ad959229-4f9f-43ce-8c84-014fdbf81a08}';
export const REPLICA_VOLUME = '\\\\?\\Volume{d7a4fd76-a0a8-11e2-8fd3-001c23cb7375}\\';
const SET = '{7c67f31b-9b5b-45fc-8c9c-3688cce6bc87}';
const MADE = '{64f5cc48-8cd1-4d3a-9393-504db85af469}';

export class PlayedWindows {
  exposedAt: string | null = null;
  attached = false;
  hasHyperV = true;
  /** Letters that stand in no list of volumes. */
  drives: readonly string[] = [];
  readonly letters = new Map<string, string>();
  /** What was run: `mountvol X: /D`, the program of PowerShell, or the lines of a script. */
  readonly commands: string[] = [];
  sabotage: (tool: string) => ToolResult | null = () => null;
  /** Copies files, in place of robocopy. */
  copy: (source: string, target: string, names: readonly string[]) => void = () => {};
  /** What vssadmin prints of the shadow copies. */
  listing = SHADOWS;
  /** What CIM has of them, or garbage. */
  cim = JSON.stringify([{ ID: SHADOW, InstallDate: new Date(2014, 6, 2, 20, 0, 2).toISOString() }]);

  readonly run: ToolRunner = async (command) => {
    const text = textOf(command);
    this.commands.push(text);
    const tool = toolOf(command, text);
    return this.sabotage(tool) ?? { code: 0, out: this.#answer(tool, command, text), err: '' };
  };

  #answer(tool: string, { args }: ToolCommand, text: string): string {
    switch (tool) {
      case 'attached?':
        return this.attached ? 'True 3\r\n' : 'False \r\n';
      case 'drives':
        return ['C:\\', ...this.drives, ''].join('\r\n');
      case 'path?':
        return this.attached ? 'C:\\pool\\disk0.vhdx\r\n' : '';
      case 'mount':
      case 'dismount':
        this.attached = tool === 'mount';
        return '3\r\n';
      case 'get-vhd':
        return this.hasHyperV ? VHD : 'no-hyper-v\r\n';
      case 'test-vhd':
        return this.hasHyperV ? 'True\r\n' : 'no-hyper-v\r\n';
      case 'mountvol':
        return this.#mountvol(args);
      case 'vssadmin':
        return `vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n${args[1] === 'shadows' ? this.listing : PROVIDERS}`;
      case 'cim':
        return this.cim;
      case 'robocopy':
        this.copy(
          args[0]!,
          args[1]!,
          args.slice(2).filter((name) => !name.startsWith('/')),
        );
        return '';
      default:
        return this.#diskshadow(text);
    }
  }

  #mountvol(args: readonly string[]): string {
    if (args[1] === '/D') this.letters.delete(args[0]!);
    else if (args.length === 2) this.letters.set(args[0]!, args[1]!);
    const lines = [...this.letters].map(([letter, volume]) => `    ${volume}\r\n        ${letter}\\\r\n`);
    return `    \\\\?\\Volume{11111111-0000-0000-0000-100000000000}\\\r\n        C:\\\r\n\r\n${lines.join('\r\n')}`;
  }

  #diskshadow(script: string): string {
    const banner =
      'Microsoft DiskShadow version 1.0\r\nCopyright (C) 2013 Microsoft Corporation\r\nOn computer:  DPM,  7/3/2014 4:31:42 PM\r\n\r\n';
    const place = /^expose \S+ (\S+)\r/m.exec(script)?.[1];
    if (place !== undefined && this.exposedAt === null) this.exposedAt = place;
    if (/^unexpose /m.test(script)) this.exposedAt = null;
    const alias = /^add volume \S+ alias (\S+)\r/m.exec(script)?.[1];
    const made = /^create\r/m.test(script)
      ? `Alias ${alias} for shadow ID ${MADE} set as environment variable.\r\nAlias VSS_SHADOW_SET for shadow set ID ${SET} set as environment variable.\r\n\r\n`
      : '';
    return `${banner}-> ${script.split('\r\n')[0]}\r\n${made}${this.#listing()}`;
  }

  #listing(): string {
    const exposed = this.exposedAt === null ? 'Not exposed' : `Exposed locally as: ${this.exposedAt}\\`;
    return `\t* Shadow copy ID = ${SHADOW}\t\t%x%\r\n\t\t- Shadow copy set: ${SET}\r\n\t\t- Original count of shadow copies = 1\r\n\t\t- Original volume name: ${REPLICA_VOLUME} [D:\\]\r\n\t\t- Creation time: 7/2/2014 8:00:02 PM\r\n\t\t- Shadow copy device name: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy164\r\n\t\t- Originating machine: a\r\n\t\t- Service machine: a\r\n\t\t- ${exposed}\r\n\t\t- Provider ID: {b5946137-7b9f-4925-af80-51abd60b20d5}\r\n\t\t- Attributes:  Persistent\r\n\r\nNumber of shadow copies listed: 1\r\n`;
  }
}

function textOf({ file, args, script }: ToolCommand): string {
  if (file === 'powershell.exe') return Buffer.from(args.at(-1)!, 'base64').toString('utf16le');
  return script ?? [file.replace('.exe', ''), ...args].join(' ');
}

function toolOf({ file }: ToolCommand, text: string): string {
  if (file !== 'powershell.exe') return file === 'diskshadow.exe' ? text.split(/\s/)[0]! : file.replace('.exe', '');
  if (/\.Attached/.test(text)) return 'attached?';
  if (/DriveInfo/.test(text)) return 'drives';
  if (/PhysicalDrive/.test(text)) return 'path?';
  if (/Win32_ShadowCopy/.test(text)) return 'cim';
  if (/Get-VHD/.test(text)) return 'get-vhd';
  if (/Test-VHD/.test(text)) return 'test-vhd';
  return /Dismount/.test(text) ? 'dismount' : 'mount';
}

const VHD = [
  ...[
    '',
    'ComputerName            : DPM',
    'Path                    : C:\\pool\\disk0.vhdx',
    'VhdFormat               : VHDX',
  ],
  ...['ParentPath              :', 'Attached                : True', 'DiskNumber              : 3', '', ''],
].join('\r\n');

export const SHADOWS = [
  `Contents of shadow copy set ID: ${SET}`,
  '   Contained 1 shadow copies at creation time: 7/2/2014 8:00:02 PM',
  `      Shadow Copy ID: ${SHADOW}`,
  `         Original Volume: (D:)${REPLICA_VOLUME}`,
  '         Shadow Copy Volume: \\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy164',
  '         Originating Machine: a',
  '         Service Machine: a',
  "         Provider: 'Microsoft Software Shadow Copy provider 1.0'",
  '         Type: DataVolumeRollback',
  '         Attributes: Persistent, No auto release, No writers, Differential',
  '',
].join('\r\n');

const PROVIDERS = "Provider name: 'Microsoft Software Shadow Copy provider 1.0'\r\n   Provider type: System\r\n";
