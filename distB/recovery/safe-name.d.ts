/**
 * Names from an image become names in the target. An image is hostile until proven otherwise: `..`, separators, NUL,
 * device names and drive colons must never let a file land outside the target, or on something that is no file.
 *
 * A character that cannot stand is written as `%` and its UTF-16 code in hex, so distinct names stay distinct.
 */
/** The name to use in the target for one path component of an image. Never empty, `.`, `..`, or with a separator. */
export declare function safeName(name: string, platform?: NodeJS.Platform): string;
/** The target's relative path (host separators not applied: components) of a path inside an image. */
export declare function safeComponents(path: string, platform?: NodeJS.Platform): string[];
/** The same for a name in the root of the target, where the report and the staging folders have names of their own. */
export declare function safeRootName(name: string, platform?: NodeJS.Platform): string;
