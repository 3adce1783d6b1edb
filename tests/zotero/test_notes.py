"""Notes: Markdown to Zotero's HTML and back, with nothing lost, and two versions merged."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from readlist.zotero import note_merge
from readlist.zotero.notes import LIMIT, TITLE, from_html, is_ours, merge, normal, to_html

# What people write, in the form it comes back in.
NORMAL = [
    "",
    "One line.",
    "One line\nand another",
    "# Heading\n\ntext",
    "###### Deep",
    "*em* and **strong** and ***both*** and ~~struck~~ and `code`",
    "a **b *c* d** e",
    "- a\n- b\n  - c\n    1. d\n    2. e\n- f",
    "3. x\n4. y",
    "- a\n\n  second paragraph\n- b",
    "- a\n\n* another list",
    "- ```\n  code\n\n  in a list\n  ```",
    "> q\n>\n> r\n>\n> - s",
    "```python\nx = 1\n\ny = '`'\n```",
    "````\n```\n````",
    "| a | b |\n| --- | --: |\n| 1 \\| 2 | *x* |",
    "[text](https://example.org/a_(b)) and https://example.org/ä_b_ and more",
    "zotero://select/library/items/ABCD2345 stays text",
    "[item](zotero://select/library/items/ABCD2345)",
    "in $a_1 * b_2 * c$ we see\n\n$$\nE = mc^2 * x_1 * y\n$$\n\n$$one line$$",
    "costs $5 and 10 $ or $20",
    "a * b * c, snake_case_name, 2 < 3 > 1, AT&T, x^2, f(x) = [0, 1], {y}, #1, a|b, 50% ~ 60%",
    "\\*not emphasis\\* and \\_this\\_ and \\`that\\`",
    "\\# no heading\n\\- no item\n1\\. no number",
    "[1]: https://example.org",
    "[^1] a footnote",
    "<b>not bold</b> <script>alert(1)</script>",
    "- [ ] a task\n- [x] done",
    "---",
    "text\n\n---\n\nmore",
    "Äé 漢字 🙂 e\u0301",
    "C:\\path\\file",
    "smile :) http :// x",
    "p < .05; α = 0.1",
]


@pytest.mark.parametrize("markdown", NORMAL)
def test_a_note_comes_back_as_it_was_written(markdown: str) -> None:
    assert from_html(to_html(markdown)) == markdown
    assert is_ours(to_html(markdown))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a  \nb\\\nc", "a\nb\nc"),
        ("* a\n* b", "- a\n- b"),
        ("- a\n\n- b", "- a\n- b"),
        ("1) a\n1) b", "1. a\n2. b"),
        ("Title\n=====\ntext", "# Title\n\ntext"),
        ("_em_ __strong__", "*em* **strong**"),
        ("    indented", "```\nindented\n```"),
        ("~~~\ncode\n~~~", "```\ncode\n```"),
        ("![a picture](https://example.org/i.png)", "[a picture](https://example.org/i.png)"),
        ("<https://example.org>", "https://example.org"),
        ("&lt; &copy; \\(", "< © ("),
        ("***\n", "---"),
        ("a\n\n\n\nb\n", "a\n\nb"),
        ("\\\\server", "\\server"),
        ("``` some words\ncode\n```", "```\nsome words\ncode\n```"),
        ("a\r\nb\x00\x1b[31m", "a\nb[31m"),
        ("text\n- item", "text\n\n- item"),
    ],
)
def test_the_normal_form(markdown: str, expected: str) -> None:
    assert normal(markdown) == expected
    assert normal(expected) == expected


HIGHLIGHT = (
    '<p><span class="highlight" data-annotation="%7B%7D">“text”</span> '
    '<span class="citation" data-citation="%7B%7D">(<span class="citation-item">Wang, 2024</span>)</span></p>'
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<div data-schema-version="9"><h1>readlist note</h1>\n<p>x</p>\n</div>', "x"),
        ("<div><p><strong>Readlist note</strong></p><p>x</p></div>", "x"),
        ("<p>readlist note and more</p>", "readlist note and more"),
        ("<p>readlist note</p><p>readlist note</p>", "readlist note"),
        ("<p>a&nbsp;b &amp;amp; &lt;b&gt; &eacute;</p>", "a\xa0b &amp; <b> é".replace("&amp;", "\\&amp;")),
        ("<ul><li>\n<p>a</p>\n<ul><li><p>b</p></li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b"),
        ("<ol start='4'><li>a<br><br>b</li></ol>", "4. a\n\n   b"),
        ("<p>a<br/>b<br/><br/>c</p>", "a\nb\n\nc"),
        ('<p>x<span style="text-decoration: line-through">y</span><u>z</u> H<sub>2</sub>O</p>', "x~~y~~z H2O"),
        ("<p>a <strong> b </strong>c <em></em></p>", "a **b** c"),
        ('<p><span class="math">$x_1$</span></p><pre class="math">$$y$$</pre>', "$x_1$\n\n$$y$$"),
        (HIGHLIGHT, "“text” (Wang, 2024)"),
        ('<p><img src="https://example.org/i.png" alt="A"><img data-attachment-key="K" src=""></p>',
         "[A](https://example.org/i.png)"),
        ('<p><img alt="drawn" src="data:image/png;base64,AAAA"></p>', "drawn"),
        ("<table><tbody><tr><td><p>a</p></td><td><p>b</p><p>c|</p></td></tr><tr><td>1</td></tr></tbody></table>",
         "| a | b c\\| |\n| --- | --- |\n| 1 |  |"),
        ("<pre>\nx\n\n  y\n</pre>", "```\nx\n\n  y\n```"),
        ('<p><a href="javascript:alert(1)">click</a> <a href="file:///x">file</a></p>',
         "click (javascript:alert(1)) file (file:///x)"),
        ("<p>unclosed <b>bold<p>more</b> <x-y>odd</x-y>", "unclosed **bold**\n\nmore odd"),
        ("<script>alert(1)</script><style>p{}</style><!-- c --><p>x</p>", "x"),
        ("<h2>a<br>b</h2>", "## a b"),
        ("<p>1. no list</p><p># no heading</p><p>*no em*</p>", "1\\. no list\n\n\\# no heading\n\n\\*no em\\*"),
        ("<b>&lt;http://e.org", "**<http://e.org**"),
        ("<p>http://e.org/*a* <b>x <a href='http://e.org/*a*'>http://e.org/*a*</a></b></p>",
         "http\\://e.org/\\*a\\* **x <http://e.org/*a*>**"),
        ("plain text", "plain text"),
        ("", ""),
        ("<p></p><p> &nbsp; </p>", ""),
    ],
)  # fmt: skip
def test_what_zotero_makes_of_it(html: str, expected: str) -> None:
    assert from_html(html) == expected
    assert normal(expected) == expected


def test_whose_note_it_is() -> None:
    assert is_ours(f'<div data-schema-version="9"><h2>{TITLE}</h2></div>')
    assert not is_ours(f"<p>see the {TITLE}</p>")
    assert not is_ours("<p>x</p><h1>readlist note</h1>")
    assert not is_ours("")
    assert len(to_html("")) < 40 < LIMIT


def test_nesting_without_end() -> None:
    deep = ">" * 5000 + " x"
    assert "x" in from_html(to_html(deep))
    lists = "\n".join("  " * level + "- a" for level in range(300)) + "\n" + "  " * 300 + "- end"
    assert "end" in from_html(to_html(lists))
    assert "end" in from_html("<blockquote>" * 3000 + "end" + "</blockquote>" * 3000)
    assert "end" in from_html("<ul><li>" * 3000 + "end")
    assert "end" in from_html("<b>" * 3000 + "end")
    assert "end" in from_html(to_html("[" * 3000 + "end"))
    assert "end" in from_html(to_html("*a " * 1000 + "end"))


@pytest.mark.parametrize("text", ["word " * 9_000, "[" * 9_000, "*a _b " * 9_000, "a" * 50_000 + "!", "\xa0" * 50_000])
def test_long_paragraphs_are_done_with_soon(text: str) -> None:
    once = from_html(f"<p>{text}</p>")
    assert normal(once) == once


# Properties

signs = "ab c*_`~[]()<>#+-.!|$&\\=:/1\n\t '\""
soup = st.text(alphabet=signs, max_size=60)
anything = st.text(max_size=40)
pieces = st.sampled_from(
    ["*a*", "**b**", "`c`", "[d](http://e.org)", "http://e.org/f", "$x$", "~~s~~", "- i", "  - j", "1. k", "2) l",
     "# h", "> q", "```", "$$", "| a | b |", "| --- | --- |", "---", "\n", "\n\n", " ", "    ", "\\", "<p>", "&amp;",
     "word", "\t"]
)  # fmt: skip
writing = st.lists(pieces, max_size=14).map("".join)
markdowns = st.one_of(soup, anything, writing)
tags = st.sampled_from(
    "p div h1 h3 ul ol li blockquote pre table tr td th b em s code a span br hr u x-y script".split()
)
attributes = st.sampled_from(
    ["", "", ' class="math"', ' href="http://e.org/x_y"', ' href="javascript:x"', ' start="7"', ' class="language-c"',
     ' style="text-align: right"', ' style="text-decoration: line-through"', ' src="x" alt="y"']
)  # fmt: skip
html_pieces = st.one_of(
    st.builds("<{}{}>".format, tags, attributes),
    st.builds("</{}>".format, tags),
    soup,
    st.sampled_from(["$x$", "$$y$$", "&lt;", "&amp;amp;", "&nbsp;", "http://e.org"]),
)
htmls = st.lists(html_pieces, max_size=16).map("".join)


@settings(max_examples=150, deadline=None)
@given(markdowns)
def test_the_normal_form_is_one(markdown: str) -> None:
    once = normal(markdown)
    assert normal(once) == once


@settings(max_examples=150, deadline=None)
@given(htmls)
def test_any_html_settles_at_once(html: str) -> None:
    markdown = from_html(html)
    assert from_html(to_html(markdown)) == markdown
    assert to_html(from_html(to_html(markdown))) == to_html(markdown)


def words(text: str) -> list[str]:
    return re.findall(r"w\d+", text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(pieces, st.just("W")), max_size=16))
def test_no_word_is_lost(parts: list[str]) -> None:
    markdown = "".join(f" w{place} " if part == "W" else part for place, part in enumerate(parts))
    assert words(from_html(to_html(markdown))) == words(markdown)


@settings(max_examples=150, deadline=None)
@given(markdowns)
def test_text_can_inject_nothing(markdown: str) -> None:
    root = lxml_html.fromstring(f"<div>{to_html(markdown)}</div>")
    allowed = "div h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre table thead tbody tr th td strong em span code a"
    for element in root.iter():
        assert element.tag in allowed.split()
        assert set(element.attrib) <= {"href", "class", "style", "start"}
        assert not re.match(r"(?i)\s*(javascript|data|vbscript|file):", element.get("href") or "")


# Merging

some_blocks = st.lists(st.sampled_from(["a", "b", "c", "d", "- e\n- f", "```\ng\n\nh\n```", "i\nj"]), max_size=6)
texts = some_blocks.map("\n\n".join)


@settings(deadline=None)
@given(texts, texts)
def test_one_side_alone(base: str, changed: str) -> None:
    assert merge(base, changed, base) == changed
    assert merge(base, base, changed) == changed
    assert merge(base, changed, changed) == changed


@settings(max_examples=300, deadline=None)
@given(texts, texts, texts)
def test_nothing_new_is_lost(base: str, ours: str, theirs: str) -> None:
    merged = note_merge.blocks(merge(base, ours, theirs))
    known = set(note_merge.blocks(base))
    for block in [*note_merge.blocks(ours), *note_merge.blocks(theirs)]:
        assert block in known or block in merged
    # Nothing comes from nowhere either, and what both sides took out is gone.
    assert set(merged) <= set(note_merge.blocks(ours)) | set(note_merge.blocks(theirs))


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ("a!\n\nb\n\nc", "a\n\nb\n\nc!", "a!\n\nb\n\nc!"),
        ("a\n\nb1\n\nc", "a\n\nb2\n\nc", "a\n\nb1\n\nb2\n\nc"),
        ("a\n\nc", "a\n\nb\n\nc\n\nd", "a\n\nc\n\nd"),
        ("a\n\nc", "a\n\nb2\n\nc", "a\n\nb2\n\nc"),
        ("x\n\na\n\nb\n\nc", "y\n\na\n\nb\n\nc", "x\n\ny\n\na\n\nb\n\nc"),
        ("a\n\nb\n\nc\n\nn", "m\n\na\n\nb\n\nc\n\nn", "m\n\na\n\nb\n\nc\n\nn"),
        ("", "a\n\nb\n\nc\n\nd", "d"),
    ],
)
def test_merging(ours: str, theirs: str, merged: str) -> None:
    assert merge("a\n\nb\n\nc", ours, theirs) == merged


def test_a_piece_of_code_is_one_block() -> None:
    base = "```\na\n\nb\n```"
    assert merge(base, "```\na1\n\nb\n```", "```\na\n\nb2\n```") == "```\na1\n\nb\n```\n\n```\na\n\nb2\n```"
