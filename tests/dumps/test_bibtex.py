"""BibTeX in: other programs' files, hand-made ones, broken ones."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from readlist import dumps
from readlist.dumps import Dump, bibtex
from readlist.dumps.bibtex_blocks import blocks, plain_fields
from readlist.dumps.bibtex_text import authors_of, unicode_of
from readlist.errors import UnreadableSource
from readlist.paper import Author, Entry, Given, Status

TODAY = date(2026, 11, 20)


def read(text: str, format_name: str = "auto") -> Dump:
    return dumps.read(text.encode(), "refs.bib", today=TODAY, format_name=format_name)


def one(text: str) -> Entry:
    dump = read(text)
    assert (dump.format, len(dump.entries)) == ("bibtex", 1)
    return dump.entries[0]


def given_of(text: str) -> Given:
    found = one(text).given
    assert found is not None
    return found


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {2401.07519}, archivePrefix = {arXiv}",
        "eprint = {2401.07519v2}, eprinttype = {arxiv}",
        "eprint = {arXiv:2401.07519}",
        "journal = {arXiv preprint arXiv:2401.07519}, year = 2024",
        "journal = {CoRR}, volume = {abs/2401.07519}",
        "doi = {10.48550/arXiv.2401.07519}",
        "url = {https://arxiv.org/pdf/2401.07519v2.pdf}",
        r"url = {https://huggingface.co/papers/2401.07519}",
        r"howpublished = {\url{https://arxiv.org/abs/2401.07519}}",
        "note = {arXiv:2401.07519 [cs.CV]}",
        "number = {arXiv:2401.07519}",
    ],
)
def test_the_arxiv_id_is_found_wherever_it_stands(fields: str) -> None:
    entry = one(f"@misc{{key, title = {{A title}}, {fields}}}")
    assert entry.arxiv_id == "2401.07519"
    assert entry.given is not None
    assert (entry.given.doi, entry.given.url, entry.given.journal_ref) == (None, None, None)


def test_an_eprint_of_somebody_else_is_no_arxiv_id() -> None:
    assert one("@misc{key, title={A title}, eprint={2401.0751}, eprinttype={pubmed}}").arxiv_id is None


def test_the_published_doi_and_place_are_kept() -> None:
    found = given_of(
        "@inproceedings{he2016, title={T}, booktitle={Proc. CVPR}, pages={770--778}, year=2016, eprint={1512.03385},"
        "doi={https://doi.org/10.1109/CVPR.2016.90}, url={https://example.org/x}}"
    )
    assert found.doi == "10.1109/cvpr.2016.90"
    assert found.journal_ref == "Proc. CVPR, pp. 770-778, 2016"
    assert found.url == "https://example.org/x"
    article = given_of("@article{a, title={T}, journal={Nature}, volume=521, number=7553, pages={436-444}, year=2015}")
    assert article.journal_ref == "Nature 521(7553), 436-444 (2015)"


def test_strings_comments_concatenation_and_crossref() -> None:
    dump = read(
        '@string{cvpr = "Proc. " # "CVPR"}\n@comment{@article{old, title={Old}}}\n@preamble{"x"}\n'
        "@Comment{jabref-meta: databaseType:biblatex;}\nfree text between entries\n"
        '@inproceedings{a, title={A}, booktitle = cvpr # " 2016", year=2016}\n'
        "@inproceedings(b, title={B}, crossref={PROC})\n"
        "@proceedings{proc, title={Proceedings of the 5th Conference}, year=1999, author={Not Theirs}}\n"
    )
    assert not dump.problems
    first, second = (entry.given for entry in dump.entries)
    assert first is not None
    assert second is not None
    assert first.journal_ref == "Proc. CVPR 2016"
    assert (second.journal_ref, second.year, second.authors) == ("Proceedings of the 5th Conference, 1999", 1999, ())


def test_names_are_taken_apart() -> None:
    assert authors_of(r"van der Maaten, Laurens and King, Jr., Martin Luther and {\L}ukasz Wa{\l}{\k e}sa") == (
        Author("Laurens van der Maaten", "van der Maaten", "Laurens"),
        Author("Martin Luther King Jr.", "King Jr.", "Martin Luther"),
        Author("Łukasz Wałęsa", "Wałęsa", "Łukasz"),
    )
    assert authors_of("{Barnes and Noble} and {Gemini Team} and Plato and others") == (
        Author("Barnes and Noble", "Barnes and Noble", ""),
        Author("Gemini Team", "Gemini Team", ""),
        Author("Plato", "Plato", ""),
    )
    assert one("@misc{k, title={T}, author={A B and C D}}").author_count == 2
    assert one("@misc{k, title={T}, author={A B and others}}").author_count is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"Schr\"odinger, {\'E}tude, Erd{\H o}s, \ss", "Schrödinger, Étude, Erdős, ß"),
        (r"{InstantID}: 50\% of a\_b \& {GPT}-4 -- \emph{now}", "InstantID: 50% of a_b & GPT-4 – now"),
        (r"On $\alpha^2$ and $\mathbb{R}^n$", r"On $\alpha^2$ and $\mathbb{R}^n$"),
        ("It costs $5", "It costs $5"),
        (r"{A} \{set\} of $x_{1}$ at \$5 -- it's ``so'' $\{y\}$", r"A {set} of $x_{1}$ at $5 – it's “so” $\{y\}$"),
        ("100% sure", "100% sure"),
        ("two\n  lines~here", "two lines here"),
        ("日本語のタイトル", "日本語のタイトル"),
        (r"\unknown{name} kept", "name kept"),
        (r"A {\bf C}at and {\em one {\it dog}}", "A Cat and one dog"),
    ],
)
def test_latex_is_shown_as_unicode(written: str, shown: str) -> None:
    assert unicode_of(written).replace("unknown", "").strip() == shown


def test_keywords_notes_and_statuses() -> None:
    found = given_of(
        "@misc{k, title={T}, abstract={An \\emph{abstract}.}, annote={One.\n\nTwo.}, note={Accepted at X},"
        "keywords={faces, diffusion models, Faces, status:to-read, priority:2}}"
    )
    assert (found.tags, found.status, found.priority) == (("faces", "diffusion models"), Status.TO_READ, 2)
    # Beside our status, a note is what our own export prints of the publication.
    assert (found.note, found.journal_ref) == ("One.\n\nTwo.", "Accepted at X")
    foreign = given_of("@misc{k, title={T}, note={Accepted at X}, keywords={a, b; c d}}")
    assert (foreign.note, foreign.journal_ref) == ("Accepted at X", None)
    assert (foreign.tags, foreign.status) == (("a, b", "c d"), None)
    assert given_of("@misc{k, title={T}, readstatus={reading}}").status is Status.READING
    assert given_of("@misc{k, title={T}, readstatus={skimmed}, keywords={status: unclear}}").status is None


_VALUE = st.text(alphabet='ab1 é{}"\\\n,=#@$', max_size=8)


@settings(max_examples=150, deadline=None, derandomize=True)
@for_all(
    st.lists(
        st.tuples(
            st.sampled_from(["title", "Author", "note", "x-y"]),
            st.one_of(
                _VALUE.map("{{{}}}".format), _VALUE.map('"{}"'.format), st.sampled_from(["2024", "jan", "1 # jan", ""])
            ),
            st.sampled_from([",", ", ", ",\n", ""]),
        ),
        max_size=4,
    )
)
def test_the_short_way_reads_what_bibtexparser_reads(parts: list[tuple[str, str, str]]) -> None:
    text = "@misc{k1, " + "".join(f"{name} = {value}{end}" for name, value, end in parts) + "}"
    (block, *_) = blocks(text, [])
    reader = bibtex._Reader([])
    short = plain_fields(block.body, reader._parser.bib_database.strings)
    if short is not None and block.closed:
        (entry,) = reader._parse(block)
        assert {name: text.split() for name, text in short.items()} == {
            name: str(text).split() for name, text in entry.items() if name != "ENTRYTYPE"
        }


def test_ordinary_entries_are_read_the_short_way() -> None:
    body = 'k, title = {The {A} of "B"}, author="{\\"O} and B", year = 2024, month = jan,\n  pages = {1--2}'
    assert plain_fields(body, {"jan": "January"}) == {
        "ID": "k", "title": 'The {A} of "B"', "author": '{\\"O} and B', "year": "2024", "month": "January",
        "pages": "1--2",
    }  # fmt: skip


def test_a_broken_entry_spoils_only_itself() -> None:
    text = (
        "@misc{first, title={First}}\n"
        "@article{nocomma,\n  title = {No comma} year = 2020\n  author = \"A. Author\"\n}\n"
        "@article{open,\n  title = {Never closed, but {readable},\n  author = {One, Some},\n  year = 2001,\n\n"
        "@misc{early, title={Closed too early}},\n  year = {1999},\n}\n"
        "@article{macro, title={A macro}, journal=foo}\n"
        "@misc{, title={Without key}}\n"
        "@misc{empty, year=2000}\n"
        "@misc{last, title={Last}}\n"
    )  # fmt: skip
    dump = read(text)
    assert [entry.title for entry in dump.entries] == [
        "First", "No comma", "Never closed, but readable", "Closed too early", "A macro", "Without key", "Last"
    ]  # fmt: skip
    assert [entry.line for entry in dump.entries] == [1, 2, 6, 11, 14, 15, 17]
    assert [(problem.line, problem.why.split(":")[0].split(";")[0]) for problem in dump.problems] == [
        (2, "not written as BibTeX wants it"),
        (6, "this entry is never closed"),
        (12, "outside of every entry"),
        (14, "no @string foo in this file"),
        (16, "an entry without title and arXiv id"),
    ]
    keys = [entry.given.citekey for entry in dump.entries if entry.given]
    assert keys == ["first", "nocomma", "open", "early", "macro", None, "last"]
    third = dump.entries[2].given
    assert third is not None
    assert ([author.name for author in third.authors], third.year) == (["Some One"], 2001)


def test_nothing_readable_is_an_error_that_names_the_line() -> None:
    with pytest.raises(UnreadableSource, match=r"^refs\.bib: .*line 2: an entry without title"):
        read("% empty\n@misc{a, year=2000}\n")


def test_reading_tells_how_far_it_is() -> None:
    told: list[tuple[int | str, ...]] = []
    bibtex.parse("".join(f"@misc{{k{n}, title={{T{n}}}}}\n" for n in range(120)), "x", lambda *at: told.append(at))
    assert told == [(50, 120), (100, 120), (0, 120, "entries"), (50, 120, "entries"), (100, 120, "entries")]


@settings(max_examples=150, deadline=None)
@for_all(st.text(alphabet='@{}(),="\\#$%&~ \nabtitle1misc', max_size=80))
def test_no_text_is_too_broken(text: str) -> None:
    try:
        dump = bibtex.parse(f"@misc{{a, title={{Sound}}}}\n{text}\n@misc{{z, title={{Sound too}}}}\n", "x")
    except UnreadableSource:
        pytest.fail("the entry before the broken text was sound")
    assert dump.entries[0].title == "Sound"
    last = text.count("\n") + 3
    assert all(1 <= problem.line <= last for problem in dump.problems)


@settings(max_examples=100, deadline=None)
@for_all(st.text(alphabet=string.printable + "éßłΩ日", max_size=40))
def test_any_field_is_read_without_an_error(text: str) -> None:
    assert unicode_of(text) == " ".join(unicode_of(text).split())
    assert all(author.name for author in authors_of(text))
