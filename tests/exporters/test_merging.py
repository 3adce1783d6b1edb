"""Our entries in a .bib file that others edit too: theirs stays, ours moves, what both changed is said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.exporters.merging import Conflict, Merged, Written, merge


def entry(key: str, kind: str = "misc", **fields: str) -> str:
    return f"@{kind}{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"


def written(*texts: str) -> dict[int, Written]:
    found = [(re.match(r"@\w+\{([^,]+),", text), text) for text in texts]
    return {number: Written(key[1], text) for number, (key, text) in enumerate(found, 1) if key}


def merged(current: str, base: dict[int, Written], ours: dict[int, Written]) -> Merged:
    return merge(current, base, list(ours.items()))


OLD, NEW = entry("a", title="Old", year="2024"), entry("a", title="New", year="2024", doi="10.1/x")


def test_what_is_not_ours_stays_to_the_letter() -> None:
    top = '% hand made, me@uni.example\n@string{nips = "NeurIPS"}\n@comment{ours = {x}}\n\n'
    theirs = '@Book{knuth,\n   author="Donald Knuth" # { and others}, TITLE = {The {TeX}book}\n}\n'
    current = f"{top}{theirs}\n{OLD}\nfree text at the end\n"
    found = merged(current, written(OLD), written(NEW))
    assert found == Merged(f"{top}{theirs}\n{NEW}\nfree text at the end\n", ())


def test_fields_of_others_stay_and_ours_follow() -> None:
    current = '@misc{a,\n  title = {Old},\n  file = {a.pdf},\n  year = "2024"\n}\n'
    assert merged(current, written(OLD), written(NEW)).text == (
        '@misc{a,\n  title = {New},\n  file = {a.pdf},\n  year = "2024",\n  doi = {10.1/x},\n}\n'
    )


def test_a_field_that_we_no_longer_write_goes() -> None:
    current = NEW.replace("  year", "  file = {a.pdf},\n  year")
    assert merged(current, written(NEW), written(OLD)).text == OLD.replace("  year", "  file = {a.pdf},\n  year")


def test_what_only_they_changed_or_took_away_stays() -> None:
    current = "@article{a,\n  title = {Their title},\n}\n"
    assert merged(current, written(OLD), written(OLD)) == Merged(current, ())


def test_what_both_changed_is_theirs_and_is_said() -> None:
    current = OLD.replace("Old", "Theirs")
    found = merged(current, written(OLD), written(NEW))
    assert found.conflicts == (Conflict(1, "a", ("title",)),)
    assert "title = {Theirs}" in found.text
    assert "doi = {10.1/x}" in found.text
    kinds = merged(OLD.replace("misc", "book"), written(OLD), written(OLD.replace("misc", "article")))
    assert kinds.conflicts == (Conflict(1, "a", ("the entry's type",)),)
    assert merged(OLD, written(OLD), written(OLD.replace("misc", "article"))).text.startswith("@article{a,")


def test_without_a_base_nothing_is_overwritten() -> None:
    found = merged(OLD, {}, written(NEW))
    assert found.conflicts == (Conflict(1, "a", ("title",)),)
    assert found.text == OLD.replace("}\n}", "},\n}").replace("2024},,", "2024},").replace(
        "  year = {2024},\n", "  year = {2024},\n  doi = {10.1/x},\n"
    )


def test_new_entries_stand_in_order_among_ours() -> None:
    a, b, c, d = (entry(key, title=key) for key in "abcd")
    theirs = entry("zzz", title="theirs")
    current = f"% top\n\n{b}\n{theirs}\n{d}"
    base = {2: Written("b", b), 4: Written("d", d)}
    ours = {1: Written("a", a), 2: Written("b", b), 3: Written("c", c), 4: Written("d", d)}
    assert merged(current, base, ours).text == f"% top\n\n{a}\n{b}\n{c}\n{theirs}\n{d}"
    assert merged("% nothing yet\n", {}, written(a, b)).text == f"% nothing yet\n\n{a}\n{b}"


def test_entries_that_left_the_list_go_unless_somebody_changed_them() -> None:
    a, b, c = (entry(key, title=key) for key in "abc")
    base = written(a, b, c)
    assert merged(f"{a}\n{b}\n{c}", base, {2: base[2]}) == Merged(b, ())
    changed = b.replace("= {b}", "= {mine}")
    found = merged(f"{a}\n{changed}\n{c}", base, {1: base[1], 3: base[3]})
    assert found == Merged(f"{a}\n{changed}\n{c}", (Conflict(2, "b"),))


def test_an_entry_that_somebody_deleted_comes_back() -> None:
    a, b = entry("a", title="A"), entry("b", title="B")
    assert merged(a, written(a, b), written(a, b)).text == f"{a}\n{b}"


def test_a_new_key_keeps_what_others_wrote() -> None:
    current = OLD.replace("  year", "  file = {a.pdf},\n  year")
    found = merged(current, {1: Written("a", OLD)}, {1: Written("new", OLD.replace("{a,", "{new,"))})
    assert found == Merged(current.replace("{a,", "{new,"), ())


@pytest.mark.parametrize("broken", ["@misc{a,\n  title = {never closed\n", "@misc{a,\n  title {x}\n}\n"])
def test_what_cannot_be_read_is_left(broken: str) -> None:
    after = entry("b", title="B")
    found = merged(f"{broken}\n{after}", written(OLD), {**written(OLD)})
    assert broken in found.text
    assert after in found.text


def test_one_layout_or_another_is_no_difference() -> None:
    line = "@misc{a, title = {Old}, year = 2024 }\n"
    assert merged(line, written(OLD), written(OLD)) == Merged(line, ())
    assert merged(line, written(OLD), written(NEW)).text == "@misc{a, title = {New}, year = 2024, doi = {10.1/x}, }\n"
    parentheses = '@misc(a,\r\n  title = "Old",\r\n  year = 2024)\r\n'
    assert merged(parentheses, written(OLD), written(NEW)).text.startswith("@misc(a,\r\n  title = {New},\r\n")


_KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)
_VALUE = st.sampled_from(["x", "y {z}", "{Protected} name", "10\\% of it"])


@given(
    _KEYS, _KEYS, st.dictionaries(st.sampled_from("abcdefgh"), _VALUE), st.text(alphabet='ab {}@%\n,="', max_size=60)
)
def test_a_file_that_is_ours_becomes_what_we_would_write(
    before: list[str], after: list[str], values: dict[str, str], noise: str
) -> None:
    numbers = {key: number for number, key in enumerate("abcdefgh")}
    base = {numbers[key]: Written(key, entry(key, title="old")) for key in sorted(before)}
    ours = {numbers[key]: Written(key, entry(key, title=values.get(key, "old"))) for key in sorted(after)}
    current = "\n".join(each.text for each in base.values())
    assert merged(current, base, ours) == Merged("\n".join(each.text for each in ours.values()), ())
    # What nobody can read is never lost.
    found = merged(noise, base, ours).text
    assert sorted(filter(str.strip, noise.splitlines())) <= sorted(found.splitlines()) or noise.strip() in found
