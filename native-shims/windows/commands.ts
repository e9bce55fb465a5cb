/** Builds the commands that Windows' own tools are given. Pure: argument vectors and script text, never a shell string. */

import { invalidArgument } from '../../src/errors.ts';

export type ToolCommand = {
  readonly file: string;
  readonly args: readonly string[];
  /** Text of a script that the command reads; its path takes the place of SCRIPT in the arguments. */
  readonly script?: string;
  /** It writes UTF-8, whatever the code page of consoles is. */
  readonly isUtf8?: true;
  readonly timeoutMs: number;
};

export const SCRIPT = '<script>';

const MINUTE = 60_000;

/** UTF-8, as a path may hold letters that the console's code page lacks; an error as one line, not folded to a console's width. */
const PREAMBLE = [
  "$ErrorActionPreference='Stop'",
  "$ProgressPreference='SilentlyContinue'",
  'try{[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false}catch{}',
  'trap{[Console]::Error.WriteLine($_.Exception.Message);exit 1}',
].join(';');

/** A program as PowerShell takes it whole: UTF-16 in base64, so that nothing in it is ever read twice. */
export function powershell(program: string, timeoutMs = 2 * MINUTE): ToolCommand {
  const encoded = Buffer.from(`${PREAMBLE};${program}`, 'utf16le').toString('base64');
  const args = ['-NoProfile', '-NonInteractive', '-OutputFormat', 'Text', '-EncodedCommand', encoded];
  return { file: 'powershell.exe', args, isUtf8: true, timeoutMs };
}

/** A literal of PowerShell: only the single quote means anything in it. All its kinds of single quotes are doubled. */
export function quote(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** Attaches read-only, without a letter; Mount-DiskImage where Hyper-V's cmdlets are missing. Prints the disk number. */
export function mountVhd(path: string): ToolCommand {
  return powershell(
    `if(Get-Command Mount-VHD -ErrorAction SilentlyContinue){(Mount-VHD -Path ${quote(path)} -ReadOnly -NoDriveLetter -Passthru).DiskNumber}else{(Mount-DiskImage -ImagePath ${quote(path)} -Access ReadOnly -NoDriveLetter -PassThru|Get-DiskImage).Number}`,
  );
}

export function dismountVhd(path: string): ToolCommand {
  return powershell(
    `if(Get-Command Dismount-VHD -ErrorAction SilentlyContinue){Dismount-VHD -Path ${quote(path)}}else{Dismount-DiskImage -ImagePath ${quote(path)}|Out-Null}`,
  );
}

/** Whether the disk is attached, and under which number: what confirms the two above. Prints `True 3` or `False`. */
export function isAttached(path: string): ToolCommand {
  return powershell(`$d=Get-DiskImage -ImagePath ${quote(path)};"$($d.Attached) $($d.Number)"`);
}

/** The file behind a disk's number. */
export function diskPath(number: number): ToolCommand {
  return powershell(`(Get-DiskImage -DevicePath ${quote(`\\\\.\\PhysicalDrive${Math.trunc(number)}`)}).ImagePath`);
}

/** What the two below print where Hyper-V's cmdlets are not installed. */
export const NO_HYPER_V = 'no-hyper-v';

/** All properties of the disk, a line each: wide enough that none is cut. */
export function getVhd(path: string): ToolCommand {
  return powershell(
    `if(Get-Command Get-VHD -ErrorAction SilentlyContinue){Get-VHD -Path ${quote(path)}|Format-List *|Out-String -Width 4096}else{'${NO_HYPER_V}'}`,
  );
}

/** True or False, of the disk and all its parents. */
export function testVhd(path: string): ToolCommand {
  return powershell(
    `if(Get-Command Test-VHD -ErrorAction SilentlyContinue){Test-VHD -Path ${quote(path)}}else{'${NO_HYPER_V}'}`,
  );
}

/** All letters in use, `C:\`, whatever they lead to. */
export function drives(): ToolCommand {
  return powershell('[IO.DriveInfo]::GetDrives().Name');
}

export function mountvolSet(letter: string, volume: string): ToolCommand {
  return { file: 'mountvol.exe', args: [letter, volume], timeoutMs: MINUTE };
}

export function mountvolRemove(letter: string): ToolCommand {
  return { file: 'mountvol.exe', args: [letter, '/D'], timeoutMs: MINUTE };
}

export function mountvolList(): ToolCommand {
  return { file: 'mountvol.exe', args: [], timeoutMs: MINUTE };
}

export function vssadminShadows(volume?: string, shadow?: string): ToolCommand {
  const filter = [
    ...(volume === undefined ? [] : [`/for=${volume}`]),
    ...(shadow === undefined ? [] : [`/shadow=${braced(shadow)}`]),
  ];
  return { file: 'vssadmin.exe', args: ['list', 'shadows', ...filter], timeoutMs: MINUTE };
}

export function vssadminList(what: string, volume?: string): ToolCommand {
  const filter = volume === undefined ? [] : [`/for=${volume}`];
  return { file: 'vssadmin.exe', args: ['list', what, ...filter], timeoutMs: MINUTE };
}

/** The same as objects, in no language: preferred where CIM answers. */
export function cimShadows(): ToolCommand {
  const fields =
    "ID,SetID,VolumeName,DeviceObject,ExposedName,OriginatingMachine,ServiceMachine,@{n='InstallDate';e={$_.InstallDate.ToUniversalTime().ToString('o')}}";
  return powershell(`ConvertTo-Json -Compress -Depth 3 @(Get-CimInstance Win32_ShadowCopy|Select-Object ${fields})`);
}

/** As scripts are written. */
const LATIN_1_MAX = 0xff;

/** diskshadow reads its commands from a file only, and wants lines that end as Windows ends them. */
export function diskshadowScript(...lines: readonly string[]): ToolCommand {
  for (const line of lines) {
    if (/\p{Cc}/u.test(line))
      throw refused(`${JSON.stringify(line)} is more than one line`, 'leave out line ends and tabs');
    const letter = Array.from(line).find((one) => one.codePointAt(0)! > LATIN_1_MAX);
    if (letter !== undefined)
      throw refused(`a script of diskshadow cannot hold "${letter}"`, 'name a letter instead: X:');
  }
  const script = [...lines, 'exit', ''].join('\r\n');
  return { file: 'diskshadow.exe', args: ['/s', SCRIPT], script, timeoutMs: 5 * MINUTE };
}

export function exposeShadow(id: string, place: string): ToolCommand {
  return diskshadowScript(`expose ${braced(id)} ${quoted(place)}`);
}

export function unexposeShadow(place: string): ToolCommand {
  return diskshadowScript(`unexpose ${quoted(place)}`);
}

/** Copies these files of a folder and all below it with backup rights, whatever the access lists say; codes below 8 are success. */
export function robocopy(source: string, target: string, files: readonly string[]): ToolCommand {
  return {
    file: 'robocopy.exe',
    // /XJ: a junction in the copy of a volume leads to what its path is on this machine, or round in a circle.
    args: [source, target, ...files, '/S', '/B', '/XJ', '/R:1', '/W:1', '/NP'],
    timeoutMs: 24 * 60 * MINUTE,
  };
}

/** The code page of consoles, as a number in a sentence. */
export function codePage(): ToolCommand {
  return { file: 'chcp.com', args: [], timeoutMs: MINUTE };
}

/** A place with blanks as one word of a script. */
function quoted(place: string): string {
  if (place.includes('"')) throw refused(`${place} is no place`, 'name a letter, X:, or a folder');
  return /\s/.test(place) ? `"${place}"` : place;
}

/** GUIDs go into scripts: nothing else may. */
function braced(id: string): string {
  const guid = /^\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?$/i.exec(id)?.[1];
  if (guid === undefined) throw refused(`"${id}" is no GUID`, 'vssadmin list shadows shows the IDs');
  return `{${guid}}`;
}

function refused(message: string, hint: string): Error {
  return invalidArgument('WINDOWS_NAME', message, { hint });
}
