"""Journal references are read or refused, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlist.exporters.journal import Reference, accepted, read_reference, reference_of
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
        "Nature 521, 436-444", "Neural Information Processing Systems 2025", "PhD thesis, University of X, 2010",
        "Advances in Service Robotics. RAAD 2023. Mechanisms and Machine Science, vol 135",
        "Doe, J. (2024). Adaptive thresholding. Multimedia Tools and Applications, 83(34), 81665-81683",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    assert read_reference(text) is None


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
