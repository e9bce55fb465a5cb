/** The header of dynamic and differencing disks, and what it says of a parent. */
import { type ParentRequest } from '../disk/disk-image.ts';
import { type Finding } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type DynamicHeader, type Footer } from './format.ts';
/** Reads the header that the footer points to. Throws `VHD_HEADER_*` when no block could be found with it. */
export declare function readDynamicHeader(container: AddressMap, footer: Footer, image: string): {
    header: DynamicHeader;
    findings: Finding[];
};
/** What this disk says of its parent: paths from its locators, then its name; unreadable locators become findings. */
export declare function readParentRequest(container: AddressMap, footer: Footer, header: DynamicHeader, image: string): {
    request: ParentRequest;
    findings: Finding[];
};
