#!/usr/bin/env python3
"""Makes the second state of a raw image, and the list of what it changed.

    mutate.py v1.raw v2.raw changes.json [--extents 1494] [--seed 2]

v2.raw is a sparse copy of v1.raw in which EXTENTS ranges of 4 to 64 KiB (multiples of 4 KiB, scattered over what holds
data) are rewritten with seeded random bytes. changes.json lists them as {"offset", "length"}, ascending.
"""

import argparse
import json
import os
import random
import subprocess

CLUSTER = 4096

parser = argparse.ArgumentParser()
parser.add_argument('before')
parser.add_argument('after')
parser.add_argument('changes')
parser.add_argument('--extents', type=int, default=1494)
parser.add_argument('--seed', type=int, default=2)
options = parser.parse_args()

part = options.after + '.part'
subprocess.run(['cp', '--sparse=always', '--reflink=auto', options.before, part], check=True)

chance = random.Random(options.seed)
with open(part, 'r+b', buffering=0) as disk:
    size = os.fstat(disk.fileno()).st_size
    data = []
    at = 0
    while at < size:
        try:
            start = os.lseek(disk.fileno(), at, os.SEEK_DATA)
        except OSError:
            break
        at = os.lseek(disk.fileno(), start, os.SEEK_HOLE)
        data.append((start // CLUSTER, at // CLUSTER))
    total = sum(end - start for start, end in data)
    taken = {}
    while len(taken) < options.extents:
        index = chance.randrange(total)
        for start, end in data:
            if index < end - start:
                break
            index -= end - start
        taken[(start + index) * CLUSTER] = min(chance.randint(1, 16), end - start - index) * CLUSTER
    ranges = []
    for offset, length in sorted(taken.items()):
        disk.seek(offset)
        disk.write(chance.randbytes(length))
        if ranges and offset <= ranges[-1]['offset'] + ranges[-1]['length']:
            ranges[-1]['length'] = max(ranges[-1]['length'], offset + length - ranges[-1]['offset'])
        else:
            ranges.append({'offset': offset, 'length': length})
    os.fsync(disk.fileno())

with open(options.changes, 'w') as out:
    json.dump(ranges, out)
os.rename(part, options.after)
print(f'{len(taken)} extents, {sum(r["length"] for r in ranges) / 2**20:.1f} MiB')
