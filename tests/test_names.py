"""Names: family and given names from the author lines that arXiv has."""

from __future__ import annotations

import pytest

from readlist.names import from_parsed, split_author_line, split_name


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Qixun Wang", "Wang", "Qixun"),
        ("Laurens van der Maaten", "van der Maaten", "Laurens"),
        ("Charles de la Vallée Poussin", "de la Vallée Poussin", "Charles"),
        ("Ricardo da Silva Torres", "da Silva Torres", "Ricardo"),
        ("Luciano da F. Costa", "Costa", "Luciano da F."),
        ("María del Mar González", "González", "María del Mar"),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig"),
        ("Jean de la Fontaine", "de la Fontaine", "Jean"),
        ("Martin Luther King Jr.", "King Jr.", "Martin Luther"),
        ("King, Martin Luther", "King", "Martin Luther"),
        ("Sammy Davis, Jr.", "Davis Jr.", "Sammy"),
        ("Michael J. Black", "Black", "Michael J."),
        ("Yu-Gang Jiang", "Jiang", "Yu-Gang"),
        ("Plato", "Plato", ""),
        ("ATLAS Collaboration", "ATLAS Collaboration", ""),
        ("the Virgo Collaboration", "the Virgo Collaboration", ""),
        ("Gemini Team", "Gemini Team", ""),
        ("  Ada \n Lovelace ", "Lovelace", "Ada"),
    ],
)
def test_splitting(name: str, family: str, given: str) -> None:
    found = split_name(name)
    assert (found.family, found.given) == (family, given)


@pytest.mark.parametrize(
    ("line", "families"),
    [
        ("Anton Arnold, Irene M. Gamba, Maria Pia Gualdani", ["Arnold", "Gamba", "Gualdani"]),
        ("A. One and B. Two", ["One", "Two"]),
        ("A. One, B. Two, and C. Three", ["One", "Two", "Three"]),
        ("Hajer Bahouri, Clotilde Fermanian-Kammerer (LAMA (Paris)), Isabelle Gallagher (IMJ)",
         ["Bahouri", "Fermanian-Kammerer", "Gallagher"]),
        ("Sammy Davis, Jr., A. Two", ["Davis Jr.", "Two"]),
        ("The LIGO Scientific Collaboration, the Virgo Collaboration: B. P. Abbott",
         ["The LIGO Scientific Collaboration", "the Virgo Collaboration", "Abbott"]),
        ("A. One et al.", ["One"]),
        ("A. One, et al.", ["One"]),
        ("", []),
    ],
)  # fmt: skip
def test_author_lines(line: str, families: list[str]) -> None:
    assert [author.family for author in split_author_line(line)] == families


def test_the_parsed_form_of_the_snapshot() -> None:
    assert from_parsed(["Balázs", "C.", "", "MSU"]).name == "C. Balázs"
    assert from_parsed(["King", "M. L.", "Jr."]).family == "King Jr."
    assert from_parsed(["Plato"]).given == ""


def test_three_thousand_authors() -> None:
    line = ", ".join(f"A. Name{number}" for number in range(3000))
    assert len(split_author_line(line)) == 3000
