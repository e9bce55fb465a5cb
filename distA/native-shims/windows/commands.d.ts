/** Builds the commands that Windows' own tools are given. Pure: argument vectors and script text, never a shell string. */
export type ToolCommand = {
    readonly file: string;
    readonly args: readonly string[];
    /** Text of a script that the command reads; its path takes the place of SCRIPT in the arguments. */
    readonly script?: string;
    readonly timeoutMs: number;
};
export declare const SCRIPT = "<script>";
/** A program as PowerShell takes it whole: UTF-16 in base64, so that nothing in it is ever read twice. */
export declare function powershell(program: string, timeoutMs?: number): ToolCommand;
/** A literal of PowerShell: only the single quote means anything in it. All its kinds of single quotes are doubled. */
export declare function quote(text: string): string;
/** Attaches read-only, without a letter; Mount-DiskImage where Hyper-V's cmdlets are missing. Prints the disk number. */
export declare function mountVhd(path: string): ToolCommand;
export declare function dismountVhd(path: string): ToolCommand;
/** Whether the disk is attached, and under which number: what confirms the two above. Prints `True 3` or `False`. */
export declare function isAttached(path: string): ToolCommand;
/** The file behind a disk's number. */
export declare function diskPath(number: number): ToolCommand;
/** What the two below print where Hyper-V's cmdlets are not installed. */
export declare const NO_HYPER_V = "no-hyper-v";
/** All properties of the disk, a line each: wide enough that none is cut. */
export declare function getVhd(path: string): ToolCommand;
/** True or False, of the disk and all its parents. */
export declare function testVhd(path: string): ToolCommand;
/** All letters in use, `C:\`, whatever they lead to. */
export declare function drives(): ToolCommand;
export declare function mountvolSet(letter: string, volume: string): ToolCommand;
export declare function mountvolRemove(letter: string): ToolCommand;
export declare function mountvolList(): ToolCommand;
export declare function vssadminShadows(volume?: string, shadow?: string): ToolCommand;
export declare function vssadminList(what: string, volume?: string): ToolCommand;
/** The same as objects, in no language: preferred where CIM answers. */
export declare function cimShadows(): ToolCommand;
/** diskshadow reads its commands from a file only, and wants lines that end as Windows ends them. */
export declare function diskshadowScript(...lines: readonly string[]): ToolCommand;
export declare function exposeShadow(id: string, place: string): ToolCommand;
export declare function unexposeShadow(place: string): ToolCommand;
/** Copies these files of a folder and all below it with backup rights, whatever the access lists say; codes below 8 are success. */
export declare function robocopy(source: string, target: string, files: readonly string[]): ToolCommand;
/** The code page of consoles, as a number in a sentence. */
export declare function codePage(): ToolCommand;
