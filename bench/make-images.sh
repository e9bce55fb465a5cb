#!/bin/bash
# Builds the reference images of the benchmark in $B (default: bench/out, not committed).
#
#   v1.raw                4 GiB disk: GPT, one NTFS volume of 4 KiB clusters, filled by fill-volume.py (seed 1)
#   v1.vhdx               the same as a dynamic VHDX of 16 MiB blocks
#   v1.2m.vhdx v1.32m.vhdx v1.fixed.vhdx   other block sizes, and fixed
#   empty64t.32m.vhdx empty64t.1m.vhdx     64 TiB of nothing
#   empty64g.32m.vhdx     64 GiB of nothing, what qemu-img can convert in reasonable time
#   pool100/              a pool of one replica with 99 recovery points
#
# An image that exists is kept. Needs root, loop devices, FUSE, ntfs-3g, gdisk, qemu-utils, python3, and 12 GiB.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
B=${B:-$here/out}
SCALE=${SCALE:-1}
mkdir -p "$B"
cd "$B"

first_sector=2048
loop=''
mounted=''
cleanup() {
  [ -z "$mounted" ] || umount "$mounted" || true
  [ -z "$loop" ] || losetup -d "$loop" || true
  rm -f v1.raw.part
}
trap cleanup EXIT

if [ ! -e v1.raw ]; then
  rm -f v1.raw.part
  truncate -s 4G v1.raw.part
  sgdisk -o -U 6f0d6c3e-52f3-4a5e-9a51-1b7f2cc20001 \
    -n 1:$first_sector:0 -t 1:0700 -c 1:'Basic data partition' -u 1:6f0d6c3e-52f3-4a5e-9a51-1b7f2cc20002 v1.raw.part >/dev/null
  last_sector=$(sgdisk -i 1 v1.raw.part | awk '/Last sector/ {print $3}')
  loop=$(losetup --show -f -o $((first_sector * 512)) --sizelimit $(((last_sector - first_sector + 1) * 512)) v1.raw.part)
  mkntfs -Q -F -c 4096 -L DPM "$loop" >/dev/null
  mkdir -p mnt
  mounted=$B/mnt
  ntfs-3g -o big_writes,noatime "$loop" mnt
  python3 "$here/fill-volume.py" mnt --seed 1 --scale "$SCALE"
  sync
  umount mnt
  mounted=''
  losetup -d "$loop"
  loop=''
  rmdir mnt
  mv v1.raw.part v1.raw
fi

convert() { # OUTPUT OPTIONS
  [ -e "$1" ] || { qemu-img convert -f raw -O vhdx -o "$2" v1.raw "$1.part" && mv "$1.part" "$1"; }
}
convert v1.vhdx subformat=dynamic,block_size=16M
convert v1.2m.vhdx subformat=dynamic,block_size=2M
convert v1.32m.vhdx subformat=dynamic,block_size=32M
convert v1.fixed.vhdx subformat=fixed

empty() { # OUTPUT BLOCK_SIZE
  [ -e "$1" ] || { qemu-img create -q -f vhdx -o "block_size=$2" "$1.part" "${3:-64T}" && mv "$1.part" "$1"; }
}
empty empty64t.32m.vhdx 32M
empty empty64t.1m.vhdx 1M
empty empty64g.32m.vhdx 32M 64G

if [ ! -e pool100 ]; then
  # 100 recovery points of one replica: one small volume, cloned as DPM clones.
  replica=0d3f2c10-7c5d-4a0e-8f0a-000000000000
  rm -rf pool100.part
  truncate -s 22M volume.raw
  mkntfs -F -q -f -p 2048 volume.raw
  printf 'captured' >checkpoint
  ntfscp -q volume.raw checkpoint '{26EE79BF-40C1-4D8E-9A53-71B8E2F4C690}checkpoint'
  truncate -s 24M point.raw
  sgdisk -o -n 1:2048:0 -t 1:0700 -u 1:$replica point.raw >/dev/null
  dd if=volume.raw of=point.raw bs=1M seek=1 conv=notrunc status=none
  rm volume.raw checkpoint
  qemu-img convert -f raw -O vhdx -o subformat=dynamic,block_size=1M point.raw point.vhdx
  rm point.raw
  for number in $(seq 0 99); do
    folder=pool100.part/dpm01.contoso.com/$replica/$(printf '0d3f2c10-7c5d-4a0e-8f0a-%012d' "$number")
    mkdir -p "$folder"
    cp --sparse=always point.vhdx "$folder/disk0.vhdx"
  done
  rm point.vhdx
  mv pool100.part pool100
fi
ls -ls --block-size=M ./*.raw ./*.vhdx
