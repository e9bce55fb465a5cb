#!/usr/bin/env python3
"""Fills a mounted NTFS volume with the reference content of the benchmark, the same bytes for the same seed.

usage: fill-volume.py MOUNT [--seed N] [--scale F]

  Microsoft DPM/DPM/DPMDB/DPMDB.mdf      1.5 GiB  8 KiB pages: header, dense part, repeated words, free tail
  Microsoft DPM/DPM/DPMDB/DPMDB_log.ldf  256 MiB  the same, emptier
  random/blob.bin                        320 MiB  incompressible
  docs/d000..d199/file_00..99.dat        20,000 files of log-normal size, half random, half text

--scale shrinks sizes and counts alike, for a quick trial run.
"""
import argparse
import os
import random
import struct

MIB = 1 << 20
PAGE = 8192
WORDS = [b"RecoveryPoint ", b"ProtectionGroup ", b"PhysicalReplicaId ", b"DataSource ", b"Succeeded ", b"Schedule "]


def write_pages(path: str, size: int, dense: float, rng: random.Random) -> None:
    """Pages shaped like a database's: 60 of each 64 are used, `dense` of a used page is random."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    pool = rng.randbytes(16 * MIB)
    dense_bytes = int(8000 * dense)
    with open(path, "wb", buffering=4 * MIB) as file:
        for number in range(size // PAGE):
            if number % 64 >= 60:
                file.write(bytes(PAGE))
                continue
            header = bytearray(96)
            struct.pack_into("<BBBB", header, 0, 1, 1, 0, 0)
            struct.pack_into("<IH", header, 32, number, 1)
            start = rng.randrange(0, len(pool) - PAGE)
            words = WORDS[number % len(WORDS)] * 200
            page = bytes(header) + struct.pack("<Q", number) + pool[start : start + dense_bytes] + words[:2400]
            file.write(page[:PAGE].ljust(PAGE, b"\0"))


def write_blob(path: str, size: int, rng: random.Random) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        for _ in range(size // MIB):
            file.write(rng.randbytes(MIB))


def write_documents(folder: str, folders: int, each: int, rng: random.Random) -> int:
    total = 0
    text = b"the quick brown fox jumps over the lazy dog " * 2400
    for number in range(folders):
        path = f"{folder}/d{number:03d}"
        os.makedirs(path)
        for index in range(each):
            size = min(200_000, int(rng.lognormvariate(8.6, 1.3)))
            half = size // 2
            with open(f"{path}/file_{index:02d}.dat", "wb") as file:
                file.write(rng.randbytes(half) + text[: size - half])
            total += size
    return total


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mount")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    database = f"{options.mount}/Microsoft DPM/DPM/DPMDB"
    scaled = lambda mib: max(1, int(mib * options.scale)) * MIB
    write_pages(f"{database}/DPMDB.mdf", scaled(1536), 0.55, rng)
    write_pages(f"{database}/DPMDB_log.ldf", scaled(256), 0.3, rng)
    write_blob(f"{options.mount}/random/blob.bin", scaled(320), rng)
    folders = max(1, int(200 * options.scale))
    total = write_documents(f"{options.mount}/docs", folders, 100, rng)
    print(f"documents: {folders * 100} files, {total} bytes")


if __name__ == "__main__":
    main()
