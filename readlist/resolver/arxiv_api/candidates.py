"""Whose record is it? Answers come in any order and with foreign entries, so each record finds its own questions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from readlist.paper import Record
from readlist.resolver.arxiv_api.queries import STOP_WORDS
from readlist.resolver.question import Question
from readlist.text import key, shingles, words

#: As many records are kept for a question, the most alike.
_KEPT = 20
#: Share of the shorter title's words, and of the shorter abstract's runs, from which a record is worth a closer look.
_TITLE_SHARE, _ABSTRACT_SHARE = 0.6, 0.04


class Candidates:
    """The records that resemble each of the questions, gathered from every page that comes in.

    This only sorts out the plainly foreign; what a record proves is for `decide` to say.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self._kept: list[dict[str, tuple[float, Record]]] = [{} for _ in questions]
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_word: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._by_run: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._runs: list[int] = []
        for number, question in enumerate(questions):
            if question.arxiv_id:
                self._by_id[question.arxiv_id].append(number)
            for title_key in {key(title) for title in question.titles}:
                self._by_key[title_key].append(number)
            for title in question.titles:
                tokens = _content(title)
                for word in tokens:
                    self._by_word[word].append((number, len(tokens)))
            runs = shingles(words(question.abstract))
            self._runs.append(len(runs))
            for run in runs:
                self._by_run[run].append(number)

    def offer(self, records: Iterable[Record]) -> None:
        """Keep each record with every question that it resembles."""
        for record in records:
            for number, likeness in self._resembling(record).items():
                kept = self._kept[number]
                kept[record.arxiv_id] = (likeness, record)
                if len(kept) > 2 * _KEPT:
                    self._kept[number] = dict(_best(kept))

    def of(self, number: int) -> tuple[Record, ...]:
        """The records kept for a question, the most alike first."""
        return tuple(record for _, (_, record) in _best(self._kept[number]))

    def has_title(self, number: int) -> bool:
        """A record with the very title of this question has been found."""
        keys = {key(title) for title in self._questions[number].titles}
        return any(key(record.title) in keys for _, record in self._kept[number].values())

    def _resembling(self, record: Record) -> dict[int, float]:
        likeness: dict[int, float] = defaultdict(float)
        for number in self._by_id.get(record.arxiv_id, ()):
            likeness[number] += 10
        for number in self._by_key.get(key(record.title), ()):
            likeness[number] += 2
        tokens = _content(record.title)
        shared = Counter(pair for word in tokens for pair in self._by_word.get(word, ()))
        for (number, length), count in shared.items():
            if count >= _TITLE_SHARE * min(length, len(tokens)):
                likeness[number] += count / max(length, len(tokens))
        runs = shingles(words(record.abstract))
        common = Counter(number for run in runs for number in self._by_run.get(run, ()))
        for number, count in common.items():
            share = count / min(self._runs[number], len(runs))
            if share >= _ABSTRACT_SHARE:
                likeness[number] += 2 * share
        return likeness


def _content(title: str) -> set[str]:
    tokens = set(words(title))
    return tokens - STOP_WORDS or tokens


def _best(kept: dict[str, tuple[float, Record]]) -> list[tuple[str, tuple[float, Record]]]:
    return sorted(kept.items(), key=lambda item: (-item[1][0], item[0]))[:_KEPT]
