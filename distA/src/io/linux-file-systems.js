/** Linux names its file systems to programs by number: `f_type` of statfs(2). Those a pool may lie on. */
export const LINUX_FILE_SYSTEMS = new Map([
    [0x5846_5342, 'xfs'],
    [0x9123_683e, 'btrfs'],
    [0xef53, 'ext4'], // also ext2 and ext3: they share the number
    [0x2fc1_2fc1, 'zfs'],
    [0xca45_1a4e, 'bcachefs'],
    [0xf2f5_2010, 'f2fs'],
    [0x0102_1994, 'tmpfs'],
    [0x794c_7630, 'overlay'],
    [0x6573_5546, 'fuse'],
    [0x6969, 'nfs'],
    [0xff53_4d42, 'cifs'],
    [0xfe53_4d42, 'smb2'],
    [0x5346_544e, 'ntfs'],
    [0x7366_746e, 'ntfs3'],
    [0x2011_bab0, 'exfat'],
    [0x4d44, 'vfat'],
    [0x0102_1997, '9p'],
    [0x0bd0_0bd0, 'lustre'],
    [0x00c3_6400, 'ceph'],
    [0x7461_636f, 'ocfs2'],
    [0x0116_1970, 'gfs2'],
]);
