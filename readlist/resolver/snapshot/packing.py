"""How the lists of `postings` are made: packed, sorted piece by piece, and then part by part."""

from __future__ import annotations

import numpy as np

from readlist.resolver.snapshot.columns import Hashes
from readlist.resolver.snapshot.postings import DIRECTORY, PART_BITS, PARTS, WORTH_DIRECTORY

_ADDRESS_BITS = np.uint64(32)
# No posting: hashes have 31 bits.
_NONE = np.uint64((1 << 64) - 1)
_FIRST_BOUNDS = np.arange(1, PARTS, dtype=np.uint64) << np.uint64(PART_BITS + 32)


def packed(hashes: Hashes, address: int) -> tuple[bytes, list[int]]:
    """Postings, sorted, eight bytes each, and the positions in bytes at which each part but the first begins.

    ``address`` is that of the first record.
    """
    numbers, record = hashes
    postings = np.sort(numbers << _ADDRESS_BITS | record + np.uint64(address))
    postings = postings[np.diff(postings, prepend=_NONE) != 0]
    return postings.tobytes(), (8 * np.searchsorted(postings, _FIRST_BOUNDS)).tolist()


def part_of_index(data: bytes, *, newest_only: bool) -> tuple[bytes, int]:
    """A part as it lies in the index, from its packed postings in any order, and how many postings it has.

    ``newest_only``: of postings with the same hash the one with the highest address is kept.
    """
    postings = np.sort(np.frombuffer(data, np.uint64))
    hashes = (postings >> _ADDRESS_BITS).astype(np.uint32)
    if newest_only and len(postings):
        last = np.append(hashes[1:] != hashes[:-1], True)
        postings, hashes = postings[last], hashes[last]
    count = len(postings)
    addresses = postings.astype(np.uint32).tobytes()
    if count < WORTH_DIRECTORY:
        return addresses + hashes.tobytes(), count
    first = int(hashes[0]) >> PART_BITS << PART_BITS
    begins = first + (np.arange(DIRECTORY + 1) << 16)
    directory = np.searchsorted(hashes, begins.astype(np.uint32)).astype(np.uint32)
    return directory.tobytes() + addresses + hashes.astype(np.uint16).tobytes(), count
