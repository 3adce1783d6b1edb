"""One open index file: the records that a question may mean, as they are stored."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from math import log
from pathlib import Path
from typing import Any

import orjson
import zstandard
from rapidfuzz import fuzz

from readlist.errors import LibraryError
from readlist.resolver.snapshot.features import (
    asked_runs,
    asked_terms,
    hashed,
    id_hash,
    plain,
    runs,
    title_key,
    word_list,
)
from readlist.resolver.snapshot.layout import Reader, as_dictionary
from readlist.resolver.snapshot.postings import KINDS, Postings

# So many records of one title are read at most; more have a name such as "Introduction".
_SAME_TITLE = 8
# Terms and runs with more records than this are not followed, and of all terms of a question not more postings than
# this, the rarest first.
_LONGEST_TERM, _LONGEST_RUN = 6000, 400
_FOLLOWED = 2000
# How many records are read to be compared with the question, and how many of them are worth weighing.
_READ_BY_TERMS, _READ_BY_RUNS = 14, 10
_KEPT_BY_TERMS, _KEPT_BY_RUNS = 4, 4
# A record with less than this share of the weight of the first is not read.
_WORTH_READING = 1 / 3
# Titles less alike than this are of no use to a decision; a question's title may be cut off.
_ALIKE = 55.0
# A renamed and edited paper shares more of its runs than this.
_SHARED = 0.08

Stored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is looked up by, worked out once for all index files."""

    titles: tuple[tuple[str, bytes, list[bytes]], ...]
    runs: set[bytes]
    run_hashes: set[int]

    @classmethod
    def of(cls, titles: Iterable[str], abstract: str) -> Asked:
        found = runs(plain(abstract))
        lists = [(title, word_list(title)) for title in titles]
        return cls(
            tuple((b" ".join(tokens).decode(), title_key(title, tokens), tokens) for title, tokens in lists),
            found,
            asked_runs(found),
        )


class Part:
    """An open index file."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises `LibraryError` for what is none, FileNotFoundError when there is no such file."""
        self._reader = Reader(path)
        try:
            self.table = self._reader.table
            self.records: int = self.table["records"]
            self.size = self._reader.size
            self._block: int = self.table["block"]
            self._offsets = self._reader.section("offsets", "Q")
            self._first_addresses = self._reader.section("first addresses", "I")
            self._first_blocks = self._reader.section("first blocks", "I")
            dictionary = self._reader.section("dictionary", "B").tobytes()
            lists = {
                kind: Postings(self._reader.words, self._reader.halves, self.table["parts"][kind]) for kind in KINDS
            }
            self._ids, self._titles, self._terms, self._runs = (lists[kind] for kind in KINDS)
        except (KeyError, TypeError, ValueError) as error:
            self._reader.close()
            raise LibraryError(f"{path}: not a sound snapshot index ({error}); build it again") from error
        self._decompressor = zstandard.ZstdDecompressor(dict_data=as_dictionary(dictionary))

    def close(self) -> None:
        self._reader.close()

    @cached_property
    def _common_words(self) -> frozenset[bytes]:
        return frozenset(self._reader.section("common words", "B").tobytes().split())

    def by_id(self, arxiv_id: str) -> Stored | None:
        """What is stored of an id, if anything."""
        address = self._address(arxiv_id)
        return None if address is None else self._read([address])[address]

    def _address(self, arxiv_id: str) -> int | None:
        try:
            found = self._ids.addresses(id_hash(arxiv_id), 1)
        except ValueError:
            return None
        return found[0] if found else None

    def also_in(self, other: Part) -> int:
        """How many ids of this file the other has, too."""
        return sum(bool(other._ids.addresses(number, 1)) for number in self._ids.hashes())

    def exact(self, title: str) -> list[Stored]:
        """The records with this title: letters and digits agree."""
        key = title_key(title, word_list(title))
        return self._alive(self._same_title(key, {}))

    def candidates(self, asked: Asked) -> list[Stored]:
        """The records that a question may mean: of its title, with titles alike, or with runs of its abstract."""
        by_runs = self._ranked(self._runs, asked.run_hashes, _LONGEST_RUN)
        read: dict[int, Stored] = {}
        chosen: dict[int, Stored] = {}
        for _text, key, _tokens in asked.titles:
            chosen |= self._same_title(key, by_runs)
        read |= chosen
        chosen |= self._like_abstract(asked, by_runs, read)
        chosen |= self._like_title(asked, read)
        return self._alive(chosen)

    def _alive(self, records: dict[int, Stored]) -> list[Stored]:
        """Without those whose id comes again later in the file."""
        return [data for address, data in records.items() if self._address(data["id"]) == address]

    def _same_title(self, key: bytes, preferred: dict[int, float]) -> dict[int, Stored]:
        addresses = self._titles.addresses(hashed(key), 64 * _SAME_TITLE)
        if len(addresses) > _SAME_TITLE:
            addresses = nlargest(_SAME_TITLE, addresses, key=lambda address: preferred.get(address, 0.0))
        records = self._read(addresses)
        return {
            address: data
            for address, data in records.items()
            if title_key(data["title"], word_list(data["title"])) == key
        }

    def _like_abstract(self, asked: Asked, weights: dict[int, float], read: dict[int, Stored]) -> dict[int, Stored]:
        best = _best(weights, _READ_BY_RUNS)
        read |= self._read(address for address in best if address not in read)
        shares = {}
        for address in best:
            of_record = runs(plain(read[address].get("abstract", "")))
            shares[address] = len(of_record & asked.runs) / max(min(len(of_record), len(asked.runs)), 1)
        kept = nlargest(_KEPT_BY_RUNS, shares, key=shares.__getitem__)
        return {address: read[address] for address in kept if shares[address] >= _SHARED}

    def _like_title(self, asked: Asked, read: dict[int, Stored]) -> dict[int, Stored]:
        terms: set[int] = set()
        for _text, _key, tokens in asked.titles:
            terms |= asked_terms(tokens, self._common_words)
        weights = self._ranked(self._terms, terms, _LONGEST_TERM)
        best = _best(weights, _READ_BY_TERMS)
        read |= self._read(address for address in best if address not in read)
        alike = {}
        for address in best:
            title = b" ".join(word_list(read[address]["title"])).decode()
            alike[address] = max(_alike(text, title) for text, _key, _tokens in asked.titles)
        kept = nlargest(_KEPT_BY_TERMS, alike, key=alike.__getitem__)
        return {address: read[address] for address in kept if alike[address] >= _ALIKE}

    def _ranked(self, postings: Postings, hashes: Iterable[int], longest: int) -> dict[int, float]:
        """Addresses with the sum of the rarity of the terms that they have, the rarest terms followed first."""
        spans = sorted((end - begin, begin, end) for begin, end in map(postings.span, hashes) if begin < end)
        weights: dict[int, float] = {}
        followed = 0
        for length, begin, end in spans:
            followed += length
            if length > longest or (followed > _FOLLOWED and weights):
                break
            rarity = 1.0 + log(max(self.records / length, 1.0))
            for address in postings.slice(begin, end):
                weights[address] = weights.get(address, 0.0) + rarity
        return weights

    def _read(self, addresses: Iterable[int]) -> dict[int, Stored]:
        found: dict[int, Stored] = {}
        blocks: dict[int, Sequence[bytes]] = {}
        try:
            for address in addresses:
                piece = bisect_right(self._first_addresses, address) - 1
                number = address - self._first_addresses[piece]
                block = self._first_blocks[piece] + number // self._block
                if block not in blocks:
                    data = self._reader.bytes[self._offsets[block] : self._offsets[block + 1]]
                    blocks[block] = self._decompressor.decompress(data).split(b"\n")
                found[address] = orjson.loads(blocks[block][number % self._block])
        except (zstandard.ZstdError, IndexError, ValueError) as error:
            raise LibraryError(f"{self._reader.path}: the snapshot index is damaged; build it again") from error
        return found


def _best(weights: dict[int, float], count: int) -> list[int]:
    """The addresses of the most weight, without those of much less than the first."""
    least = _WORTH_READING * max(weights.values(), default=0.0)
    heavy = [address for address, weight in weights.items() if weight >= least]
    return nlargest(count, heavy, key=weights.__getitem__)


def _alike(asked: str, title: str) -> float:
    """How alike two folded titles are, 0 to 100; one that is cut off is compared with as much of the other."""
    return max(fuzz.ratio(asked, title), fuzz.ratio(asked, title[: len(asked)]) if len(asked) >= 12 else 0.0)
