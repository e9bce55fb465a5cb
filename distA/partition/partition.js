/** What a partition table says, whatever its scheme. */
export {};
