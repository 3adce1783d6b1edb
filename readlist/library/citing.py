"""What bibliographies ask of the library: what changed, and whose each citation key is."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from readlist.library import rows
from readlist.library.store import Library


def sources(library: Library, ids: Sequence[int], seed: bytes) -> dict[int, bytes]:
    """By paper, what becomes another value with each change of what a bibliography says of it, for those that can be
    cited, in the given order. ``seed``: what else the entries are made from."""
    read = library.connection.execute(
        "SELECT paper_id, stamp FROM paper_stamp JOIN paper ON paper.id = paper_id "
        "WHERE paper_id IN (SELECT value FROM json_each(?)) AND (arxiv_id IS NOT NULL OR by_hand)",
        (rows.to_json(list(ids)),),
    )
    found = dict(read.fetchall())
    made_from = blake2b(seed, digest_size=8).digest()
    return {
        paper_id: found[paper_id].to_bytes(8, "big", signed=True) + made_from for paper_id in ids if paper_id in found
    }


def keyless(library: Library, ids: Sequence[int]) -> list[int]:
    """Those of some papers that can be cited and have no key yet, in the given order."""
    found = library.connection.execute(
        "SELECT id FROM paper WHERE citekey IS NULL AND (arxiv_id IS NOT NULL OR by_hand) "
        "AND id IN (SELECT value FROM json_each(?))",
        (rows.to_json(list(ids)),),
    )
    without = {row[0] for row in found}
    return [paper_id for paper_id in ids if paper_id in without]


def holders(library: Library) -> dict[str, int]:
    """Every key that was ever written, in lower case, and the paper that has or had it."""
    return {key.lower(): paper for key, paper in spelled_holders(library)}


def spelled_holders(library: Library) -> list[tuple[str, int]]:
    """Every key that was ever written, as it is spelled, and the paper that has or had it; the newest last."""
    return [(row[0], row[1]) for row in library.connection.execute("SELECT key, paper_id FROM citekey ORDER BY id")]


def given_keys(library: Library) -> set[int]:
    """Papers whose key somebody chose: set by hand, or come with an import."""
    found = library.connection.execute(
        "SELECT paper.id FROM paper JOIN citekey ON key = paper.citekey WHERE citekey.given"
    )
    return {row[0] for row in found}


def current_keys(library: Library) -> dict[str, int]:
    """The keys of the papers in the list, and whose each is."""
    found = library.connection.execute("SELECT citekey, id FROM paper WHERE citekey IS NOT NULL AND removed IS NULL")
    return dict(found.fetchall())


def hint(library: Library, key: str) -> str:
    """What is known of a key that no listed paper has, to be put behind it; empty where nothing is."""
    row = library.connection.execute(
        "SELECT paper.citekey, paper.removed FROM citekey JOIN paper ON paper.id = paper_id WHERE key = ?", (key,)
    ).fetchone()
    if row is None:
        return ""
    if row[1] is not None:
        return " (its paper is in the trash)"
    return f" (now {row[0]})" if row[0] else ""
