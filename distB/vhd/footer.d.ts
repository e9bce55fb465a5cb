/**
 * Which footer counts. The footer at the end of the file is the true one; dynamic and differencing disks keep a copy at
 * offset 0, and that stands in where the end is gone or broken: a file that was cut short, or never closed.
 *
 * Invariants:
 * 1. A footer whose checksum fits is preferred to one whose checksum does not, the end to the copy.
 * 2. A footer without a fitting checksum is used when there is no other and the fields that matter are sane; that is said.
 */
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type Footer } from './format.ts';
export type FooterChoice = {
    readonly footer: Footer;
    /** Where it stands; 0 for the copy. */
    readonly offset: number;
    readonly findings: readonly Finding[];
};
/** True when a footer's cookie stands at the end of the container, or its copy's at the start. Reads two sectors. */
export declare function hasFooter(container: AddressMap): boolean;
/** The footer to go by. Throws `VHD_FOOTER_*` when no copy can be used. */
export declare function chooseFooter(container: AddressMap, image: string): FooterChoice;
