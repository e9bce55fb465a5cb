/** Which shadow copy of a volume is meant. */
import type { Volume } from './volume.ts';
export type ShadowChoice = {
    /** A number from 1, oldest first, or an id: of the copy, of its set, or of its store. */
    readonly shadow?: string | undefined;
    /** The newest copy made at or before this moment. Unix milliseconds. */
    readonly shadowAtMs?: number | undefined;
};
/** The volume as the chosen copy has it; the volume itself when nothing is chosen. Throws where its bytes cannot be told. */
export declare function chooseShadow(volume: Volume, choice: ShadowChoice): Volume;
