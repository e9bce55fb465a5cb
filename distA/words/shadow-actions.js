/** What diskshadow's interpreter does to shadow copies: in images and pools here, or on a Windows machine. */
export {};
