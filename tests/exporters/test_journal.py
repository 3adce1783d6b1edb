"""Journal references are read or refused, never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.exporters.journal import accepted, read_reference, reference_of
from readlist.publications import Reference, stated_by
from tests.exporters.samples import paper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phys.Rev.D83:063512,2011", Reference("article", "Phys. Rev. D", 2011, "83", None, "063512")),
        ("Phys. Lett. B716 (2012) 1-29", Reference("article", "Phys. Lett. B", 2012, "716", None, "1--29")),
        ("JHEP 0503:023,2005", Reference("article", "JHEP", 2005, "0503", None, "023")),
        ("Nature 521, 436-444 (2015)", Reference("article", "Nature", 2015, "521", None, "436--444")),
        ("J. Math. Phys. 45 (2004) 1-20", Reference("article", "J. Math. Phys.", 2004, "45", None, "1--20")),
        ("Astrophys.J.534:L143-L146,2000", Reference("article", "Astrophys. J.", 2000, "534", None, "L143--L146")),
        ("Adv. Math. 226.2 (2011): 1-30", Reference("article", "Adv. Math.", 2011, "226", "2", "1--30")),
        ("Ann. of Math. (2) 141 (1995), no. 3, 443-551",
         Reference("article", "Ann. of Math.", 1995, "141", "3", "443--551")),
        ("IEEE Trans. Inf. Theory 55(7): 3051-3073 (2009)",
         Reference("article", "IEEE Trans. Inf. Theory", 2009, "55", "7", "3051--3073")),
        ("IEEE Robotics and Automation Letters, vol. 7, no. 2, pp. 2621-2628, April 2022",
         Reference("article", "IEEE Robotics and Automation Letters", 2022, "7", "2", "2621--2628")),
        ("Physics Letters B, Volume 716, Issue 1, 17 September 2012, Pages 1-29",
         Reference("article", "Physics Letters B", 2012, "716", "1", "1--29")),
        ("Proc. Natl. Acad. Sci. 117 (2020) 1-5",
         Reference("article", "Proc. Natl. Acad. Sci.", 2020, "117", None, "1--5")),
        ("Transactions on Machine Learning Research, 2023",
         Reference("article", "Transactions on Machine Learning Research", 2023)),
        ("Transactions on Machine Learning Research (01/2024)",
         Reference("article", "Transactions on Machine Learning Research", 2024)),
        ("Eur. Phys. J. C (2021) 81:178", Reference("article", "Eur. Phys. J. C", 2021, "81", None, "178")),
        ("A&A 641, A6 (2020)", Reference("article", "A&A", 2020, "641", None, "A6")),
        ("Proceedings of Machine Learning Research 202:1-20, 2023",
         Reference("article", "Proceedings of Machine Learning Research", 2023, "202", None, "1--20")),
        ("ICLR 2024 Workshop on Agents", Reference("inproceedings", "ICLR Workshop on Agents", 2024)),
        ("NeurIPS 2023 Datasets and Benchmarks Track",
         Reference("inproceedings", "NeurIPS Datasets and Benchmarks Track", 2023)),
        ("Proc. CVPR 2024, pp. 1-10", Reference("inproceedings", "Proc. CVPR", 2024, None, None, "1--10")),
        ("ICML 2023; extended version", Reference("inproceedings", "ICML", 2023)),
        ("In Proceedings of the IEEE/CVF Conference on Computer Vision (ICCV), 2023, pp. 123--130",
         Reference("inproceedings", "Proceedings of the IEEE/CVF Conference on Computer Vision (ICCV)",
                   2023, None, None, "123--130")),
    ],
)  # fmt: skip
def test_read(text: str, expected: Reference) -> None:
    assert read_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "see text", "2023", "to appear in CVPR", "submitted to Nature 521, 436-444 (2015)",
        "Submitted to Nature 521, 436-444 (2015)", "CVPR 2022 and ICCV 2023",
        "Nature 521, 436-444", "Neural Information Processing Systems 2025", "PhD thesis, 2010",
        "PhD thesis, advisor A. Smith, University of X, 2010", "Quantum things, University of X, PhD thesis, 2010",
        "Chapter 3 in Handbook of X", "A. Smith (ed.), Handbook of X, Springer 2021", "Springer, 2021",
        "Lecture Notes in Mathematics, Vol. 1906, Springer, 2007", "Technical Report 12, 2004",
        "In: Advances in Neural Information Processing Systems 12, MIT Press, 2000",
        "Advances in Service Robotics. RAAD 2023. Mechanisms and Machine Science, vol 135",
        "Doe, J. (2024). Adaptive thresholding. Multimedia Tools and Applications, 83(34), 81665-81683",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    assert read_reference(text) is None


def chapter(book: str, year: int, pages: str | None = None, publisher: str = "Springer", **more: str) -> Reference:
    return Reference("incollection", book, year, pages=pages, publisher=publisher, **more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PhD thesis, University of X, 2010", Reference("phdthesis", "University of X", 2010)),
        ("Ph.D. Thesis, MIT (2003)", Reference("phdthesis", "MIT", 2003)),
        ("University of Cambridge, PhD thesis, June 2010", Reference("phdthesis", "University of Cambridge", 2010)),
        ("Master's thesis, ETH Zurich, 2015", Reference("mastersthesis", "ETH Zurich", 2015)),
        ("Technical Report UCB/EECS-2010-1, University of California, Berkeley, 2010",
         Reference("techreport", "University of California, Berkeley", 2010, number="UCB/EECS-2010-1")),
        ("INRIA Technical Report RR-123, 2005", Reference("techreport", "INRIA", 2005, number="RR-123")),
        ("Lecture Notes in Computer Science 7000, pp. 1-10, 2011",
         chapter("Lecture Notes in Computer Science", 2011, "1--10", volume="7000")),
        ("Lect.Notes Phys.718:1-45,2007", chapter("Lecture Notes in Physics", 2007, "1--45", volume="718")),
        ("Artificial Evolution, Lecture Notes in Computer Science, vol. 1063, Springer, pp. 3-12, 1996",
         chapter("Artificial Evolution", 1996, "3--12", volume="1063", series="Lecture Notes in Computer Science")),
        ("Handbook of Model Checking, pp. 3-20, Springer, 2018", chapter("Handbook of Model Checking", 2018, "3--20")),
        ("In Learning in Practice, edited by A. Smith (Cambridge University Press, 2012), pp. 3-10",
         chapter("Learning in Practice", 2012, "3--10", "Cambridge University Press")),
        ("Chapter 3 in Advances in Things, Springer-Verlag, 2021", chapter("Advances in Things", 2021, chapter="3")),
        ("Springer, Berlin, 2021, xii+350 pp", Reference("book", "Springer", 2021)),
        ("Cambridge University Press (2019), ISBN 978-1-2345-6789-0",
         Reference("book", "Cambridge University Press", 2019)),
    ],
)  # fmt: skip
def test_books_theses_and_reports(text: str, expected: Reference) -> None:
    assert read_reference(text) == expected


def test_a_doi_tells_a_book_from_its_chapters() -> None:
    assert read_reference("Springer, 2021", "10.1007/978-3-319-68540-3") == Reference("book", "Springer", 2021)
    assert read_reference("Springer, 2021", "10.1007/978-3-319-68540-3_4") is None
    there = read_reference("Formal Things in Practice, pp. 3-10, 2020", "10.1007/978-3-319-68540-3_1")
    assert there == chapter("Formal Things in Practice", 2020, "3--10")


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1103/PhysRevD.83.063512", Reference("article", "Phys. Rev. D", 2011, "83", None, "063512")),
        ("10.1103/physrevlett.121.258301", Reference("article", "Phys. Rev. Lett.", 2018, "121", None, "258301")),
        ("10.1103/PhysRevE.56.R6229", Reference("article", "Phys. Rev. E", 1997, "56", None, "R6229")),
        ("10.1088/1475-7516/2011/04/012", Reference("article", "JCAP", 2011, "04", None, "012")),
        ("10.1088/0264-9381/18/3/101", Reference("article", "Class. Quantum Grav.", 2001, "18", "3", "101")),
        ("10.1007/JHEP03(2011)023", Reference("article", "JHEP", 2011, "03", None, "023")),
        ("10.1109/CVPR52688.2022.01042", Reference("inproceedings", "CVPR", 2022)),
        ("10.18653/v1/2024.acl-long.12", Reference("inproceedings", "ACL", 2024)),
        ("10.18653/v1/N18-2012", Reference("inproceedings", "NAACL", 2018)),
        ("10.1609/aaai.v38i1.27750",
         Reference("inproceedings", "Proceedings of the AAAI Conference on Artificial Intelligence", 2024)),
        ("10.23638/LMCS-15(3:28)2019",
         Reference("article", "Logical Methods in Computer Science", 2019, "15", "3", "28")),
        ("10.1145/3272127.3275037", None), ("10.1109/TPAMI.2019.2897684", None), ("10.18653/v1/W18-2012", None),
        ("10.1109/ECAI.2016.7861110", None), ("10.1007/978-3-319-89960-2_16", None), ("10.1103/PhysRev.47.777", None),
        ("10.1093/mnras/stz2930", None), ("10.1088/1742-6596/1069/1/012148", None), ("nonsense", None), ("", None),
    ],
)  # fmt: skip
def test_a_doi_says_where_only_if_it_says_all(doi: str, expected: Reference | None) -> None:
    assert stated_by(doi) == expected
    assert reference_of(paper(journal_ref=None, doi=doi)) == expected


def test_what_authors_wrote_comes_before_what_the_doi_says() -> None:
    written = paper(journal_ref="Nature 521, 436-444 (2015)", doi="10.1103/PhysRevD.83.063512")
    assert reference_of(written) == Reference("article", "Nature", 2015, "521", None, "436--444")
    unclear = reference_of(replace(written, journal_ref="see there"))
    assert unclear == stated_by("10.1103/PhysRevD.83.063512")


@given(st.text(max_size=120))
def test_never_fails_and_never_invents(text: str) -> None:
    found = read_reference(text)
    if found:
        letters = "".join(filter(str.isalpha, text))
        assert "".join(filter(str.isalpha, found.venue)) in letters
        assert str(found.year) in text


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("Accepted to CVPR 2024. Project page: https://x.org", "Accepted to CVPR 2024"),
        (
            "18 pages; accepted by NeurIPS 2023 (spotlight), code at https://x.org",
            "Accepted by NeurIPS 2023 (spotlight)",
        ),
        ("12 pages, to appear in Phys. Rev. D", "To appear in Phys. Rev. D"),
        ("CVPR 2024 (Oral). 20 pages", "Comment: CVPR 2024 (Oral)"),
        ("Published as a conference paper at ICLR 2024", "Published as a conference paper at ICLR 2024"),
        ("Accepted for publication in MNRAS", "Accepted for publication in MNRAS"),
        ("Technical report, 30 pages", None),
        ("Submitted to ICML 2024", None),
        ("not accepted at CVPR 2023", None),
        ("Accepted", None),
        ("Code will be published", None),
        ("", None),
    ],
)
def test_a_comment_says_where_a_paper_was_accepted(comment: str, said: str | None) -> None:
    assert accepted(comment) == said


@pytest.mark.parametrize(
    ("comment", "venue"),
    [
        ("Accepted as a poster at ICLR 2026. Code at https://x.org", "ICLR"),
        ("CVPR 2024 (Oral)", "CVPR"),
        ("Accepted to the IEEE Conference on Things 2024, 8 pages", "IEEE Conference on Things"),
        ("Accepted for publication in MNRAS", None),
        ("12 pages", None),
    ],
)
def test_a_claimed_venue_is_believed_only_when_asked(comment: str, venue: str | None) -> None:
    preprint = paper(comment=comment, journal_ref=None)
    assert reference_of(preprint) is None
    found = reference_of(preprint, claimed=True)
    assert (found.venue if found else None) == venue
