/** What the words take, and what none of them does: the same whether images are read here or Windows' tools are driven. */
import { type ParsedWords } from './command-words.ts';
export declare const MOUNT_VHD: {
    readonly usage: "mount-vhd [-Path] PATH [-ReadOnly] [-NoDriveLetter] [-Passthru]";
    readonly switches: readonly ["ReadOnly", "NoDriveLetter", "Passthru"];
    readonly values: readonly ["Path"];
    readonly repeated: readonly ["Path"];
    readonly isPowerShell: true;
    readonly least: 0;
    readonly most: 1;
};
export declare const DISMOUNT_VHD: {
    readonly usage: "dismount-vhd [-Path] PATH | -DiskNumber N";
    readonly switches: readonly ["Passthru", "Confirm"];
    readonly values: readonly ["Path", "DiskNumber"];
    readonly repeated: readonly ["Path"];
    readonly isPowerShell: true;
    readonly least: 0;
    readonly most: 1;
};
export declare const GET_VHD: {
    readonly usage: "get-vhd [-Path] PATH";
    readonly values: readonly ["Path"];
    readonly repeated: readonly ["Path"];
    readonly isPowerShell: true;
    readonly least: 0;
    readonly most: 1;
};
export declare const TEST_VHD: {
    readonly usage: "test-vhd [-Path] PATH";
    readonly switches: readonly ["SupportPersistentReservations"];
    readonly values: readonly ["Path"];
    readonly repeated: readonly ["Path"];
    readonly isPowerShell: true;
    readonly least: 0;
    readonly most: 1;
};
export declare const MOUNTVOL: {
    readonly usage: "mountvol [drive:]path VolumeName | [drive:]path /D | [drive:]path /L [--image IMAGE|POOL]";
    readonly switches: readonly ["D", "L", "P", "R", "N", "E", "S", "?"];
    readonly values: readonly ["image"];
    readonly repeated: readonly ["image"];
    readonly takesPlaces: true;
    readonly least: 0;
    readonly most: 2;
};
export declare const VSSADMIN: {
    readonly usage: "vssadmin list {shadows [/for=VOLUME] [/shadow=ID] [/set=ID] | shadowstorage [/for=VOLUME] [/on=VOLUME] | volumes | providers | writers} [--image IMAGE|POOL]";
    readonly switches: readonly ["all", "oldest", "quiet", "?"];
    readonly values: readonly ["for", "on", "shadow", "set", "maxsize", "image"];
    readonly repeated: readonly ["image"];
    readonly least: 0;
    readonly most: 3;
};
export declare const DISKSHADOW: {
    readonly usage: "diskshadow [-s script.dsh] [-l logfile] [--image IMAGE|POOL] [--allow-exec] [--allow-delete]";
    readonly switches: readonly ["allow-exec", "allow-delete", "?"];
    readonly values: readonly ["s", "l", "image"];
    readonly repeated: readonly ["image"];
    readonly least: 0;
    readonly most: 0;
};
/** The one disk that a word names, as an option or as it stands. */
export declare function diskOf(parsed: ParsedWords, spec: {
    readonly usage: string;
}): string;
/** The disk that a word names by its path, or by its number; never both. */
export declare function diskOrNumber(parsed: ParsedWords): {
    path: string;
} | {
    number: number;
};
/** What mountvol is to do with the place that is named. Throws where two things are asked for at once, or a place is missing. */
export declare function refuseMixedMountvol(parsed: ParsedWords): void;
/** What each listing of vssadmin takes. */
export type Listings = Readonly<Record<string, readonly string[]>>;
export declare const LISTINGS: Listings;
/** Windows' own tool is not asked for more. */
export declare const HOST_LISTINGS: Listings;
/** Options that would be passed over in silence. */
export declare function refuseStrayOptions(parsed: ParsedWords, listings: Listings): void;
/** Switches of mountvol that change the machine for good. */
export declare function refuseMachineSwitches(parsed: ParsedWords): void;
/** `vssadmin /?`, or nothing at all: what there is. */
export declare function isHelp(parsed: ParsedWords, context: {
    readonly out: (line: string) => void;
}): boolean;
/** Everything but `list`. */
export declare function refuseChanges(parsed: ParsedWords): void;
