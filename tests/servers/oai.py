"""A local OAI-PMH service that is as strict as arXiv's (contracts/arxiv.md, section 7), with weather on demand.

By hand: ``python -m tests.servers.oai --records FILE.jsonl --port 8001``, then
``READLIST_OAI_URL=http://127.0.0.1:8001/oai``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode

from tests.servers import oai_markup as markup
from tests.servers.arxiv import Fault, FaultyServer, Reply
from tests.servers.arxiv_index import Row

_EARLIEST = date(2005, 9, 16)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LISTS = ("ListRecords", "ListIdentifiers")
_VERBS = frozenset({*_LISTS, "GetRecord", "Identify", "ListMetadataFormats", "ListSets"})


class _Refused(Exception):
    """An error of the protocol: answered with status 200."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code


def dated(rows: Iterable[Row]) -> list[Row]:
    """Rows with a datestamp: theirs, or the day of their last version."""
    return [row if row.get("update_date") else {**row, "update_date": _last_version(row)} for row in rows]


def _last_version(row: Row) -> str:
    versions = row.get("versions")
    return str(parsedate_to_datetime(versions[-1]["created"]).date()) if versions else str(_EARLIEST)


class OaiServer(FaultyServer):
    """A context manager; ``url`` is the address to give to the client.

    ``halved`` are the ids of records that never come whole. ``faults`` are those of `tests.servers.arxiv`, and: empty
    (a list without records but with a token), same-token, new-token (a page for ever), error (``message``: its code),
    half-record, nameless-record. ``delay``: a request that starts sooner than this many seconds after the start of the
    one before is answered 429 and counted in ``too_soon``. ``today``: the service's day; tokens live until it ends.
    """

    path, moved, document = "/oai", "/moved", "OAI-PMH"

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        page_size: int = 10,
        delay: float = 0.0,
        today: date = date(2026, 11, 20),
        created: markup.Created = "first",
        port: int = 0,
        drip: float = 0.02,
        huge: int = 2_000_000,
    ) -> None:
        self.rows = dated(rows)
        self.page_size, self.delay, self.today, self.created = page_size, delay, today, created
        self.too_soon = 0
        self.halved: set[str] = set()
        #: The protocol knows no order; arXiv's is oldest first.
        self.newest_first = False
        #: How often each record went out in an answer that was whole.
        self.sent: Counter[str] = Counter()
        self._tokens: dict[str, date] = {}
        self._last = -1e9
        super().__init__(port, drip, huge)

    def asked(self) -> list[str]:
        """What each request asked: its from date, or "token"."""
        return [request.parameters.get("from") or "token" for request in self.requests]

    def rushed(self, started: float) -> bool:
        """Whether a request came too soon after the one before."""
        soon = started - self._last < self.delay
        self._last = started
        self.too_soon += soon
        return soon

    def answer(self, pairs: list[tuple[str, str]], fault: Fault | None) -> Reply:
        """What the service says to these parameters."""
        parameters = dict(pairs)
        try:
            if len(parameters) != len(pairs):
                raise _Refused("badArgument", "Duplicate parameters not allowed")
            if fault is not None and fault.kind == "error":
                raise _Refused(fault.message)
            inner = self._inner(parameters, fault)
        except _Refused as refused:
            inner, parameters = markup.error(refused.code, f"Refused. Reason: {refused}"), {}
        return Reply(200, markup.document(self.url, inner, parameters).encode(), "text/xml")

    def _inner(self, parameters: dict[str, str], fault: Fault | None) -> str:
        verb = parameters.get("verb", "")
        if verb not in _VERBS:
            raise _Refused("badVerb", "Invalid verb provided")
        if verb in _LISTS:
            return self._list(parameters, fault)
        if verb == "GetRecord":
            return self._get(parameters)
        if verb == "Identify":
            return f"<Identify><earliestDatestamp>{_EARLIEST}</earliestDatestamp></Identify>"
        if verb == "ListMetadataFormats":
            formats = (f"<metadataFormat><metadataPrefix>{f}</metadataPrefix></metadataFormat>" for f in markup.FORMATS)
            return f"<{verb}>{''.join(formats)}</{verb}>"
        return "<ListSets><set><setSpec>cs</setSpec><setName>Computer Science</setName></set></ListSets>"

    def _get(self, parameters: Mapping[str, str]) -> str:
        if parameters.keys() != {"verb", "identifier", "metadataPrefix"}:
            raise _Refused("badArgument", "Parameters provided did not match expected.")
        if parameters["metadataPrefix"] not in markup.FORMATS:
            raise _Refused("cannotDisseminateFormat")
        for row in self.rows:
            if markup.PREFIX + row["id"] == parameters["identifier"]:
                return f"<GetRecord>{self._record(row, parameters['metadataPrefix'])}</GetRecord>"
        raise _Refused("idDoesNotExist")

    def _list(self, parameters: dict[str, str], fault: Fault | None) -> str:
        verb, skip, resumed = parameters["verb"], 0, "resumptionToken" in parameters
        if resumed:
            parameters, skip = self._resumed(parameters)
        prefix, since, until = self._selection(parameters)
        rows = sorted(
            (row for row in self.rows if since <= row["update_date"] <= until),
            key=lambda row: (row["update_date"], row["id"]),
            reverse=self.newest_first,
        )[skip:]
        if not rows:
            raise _Refused("noRecordsMatch")
        shown = rows[: self.page_size]
        token = self._next(parameters, skip, shown, rows[self.page_size :])
        kind = fault.kind if fault is not None else ""
        if kind not in {"truncated", "reset-within", "drip", "empty", "new-token"}:
            self.sent.update(row["id"] for row in shown)
        if kind == "same-token":
            token = next(iter(self._tokens), "")
        if kind in {"empty", "new-token"}:
            token = token or self._token(parameters, skip + len(shown))
        if kind == "new-token":
            self.faults.appendleft(Fault("new-token"))
            token = self._token({**parameters, "from": since}, skip, salt=str(len(self.requests)))
        tail = markup.token_element(token, self.today + timedelta(days=1)) if token or resumed else ""
        return f"    <{verb}>\n{self._body(verb, prefix, shown, kind)}\n{tail}\n    </{verb}>"

    def _body(self, verb: str, prefix: str, shown: list[Row], kind: str) -> str:
        if kind == "empty":
            return ""
        if kind == "doubled":
            shown = [row for row in shown for _ in range(2)]
        if kind == "foreign":
            shown = [{**shown[0], "identifier": f"oai:example.org:{shown[0]['id']}"}, *shown]
        if verb == "ListIdentifiers":
            return "\n".join(map(markup.header, shown))
        records = [self._record(row, prefix) for row in shown]
        if kind == "half-record":
            records[0] = _halved(records[0])
        if kind == "nameless-record":
            records[0] = re.sub("<identifier>.*?</identifier>", "", records[0])
        return "\n".join(records)

    def _record(self, row: Row, prefix: str) -> str:
        text = markup.record(row, prefix, self.created)
        return _halved(text) if row["id"] in self.halved else text

    def _resumed(self, given: Mapping[str, str]) -> tuple[dict[str, str], int]:
        if given.keys() != {"verb", "resumptionToken"}:
            raise _Refused("badArgument", "No other parameters allowed with resumptionToken")
        token = given["resumptionToken"]
        if self._tokens.get(token) != self.today:
            raise _Refused("badResumptionToken", "unknown, or expired at 00:00 UTC")
        parameters = dict(parse_qsl(unquote(token)))
        parameters.pop("salt", None)
        if parameters["verb"] != given["verb"]:
            raise _Refused("badResumptionToken", "token from different verb")
        return parameters, int(parameters.pop("skip"))

    def _selection(self, parameters: Mapping[str, str]) -> tuple[str, str, str]:
        if "metadataPrefix" not in parameters:
            raise _Refused("badArgument", "metadataPrefix required.")
        if parameters.keys() - {"verb", "metadataPrefix", "from", "until", "set"}:
            raise _Refused("badArgument", "Unallowed parameter.")
        prefix = parameters["metadataPrefix"]
        if prefix not in markup.FORMATS:
            raise _Refused("cannotDisseminateFormat")
        days = []
        for name, default in (("from", _EARLIEST), ("until", self.today)):
            text = parameters.get(name) or str(default)
            if not _DAY.fullmatch(text):
                raise _Refused("badArgument", f"{name} date format must be YYYY-MM-DD")
            try:
                days.append(date.fromisoformat(text))
            except ValueError:
                raise _Refused("badArgument", f"{name} date format must be YYYY-MM-DD") from None
        since, until = days
        if since > until:
            raise _Refused("badArgument", "until date must be greater than or equal to from date")
        if since < _EARLIEST:
            raise _Refused("badArgument", "start date too early")
        if until > self.today + timedelta(days=1):
            raise _Refused("badArgument", "until date too late")
        return prefix, str(since), str(until)

    def _next(self, parameters: Mapping[str, str], skip: int, shown: list[Row], left: list[Row]) -> str:
        if not left:
            return ""
        # As the service does: begin again with the last day, skipping what was shown of it.
        last = left[0]["update_date"]
        if last == shown[0]["update_date"] or self.newest_first:
            return self._token(parameters, skip + self.page_size)
        return self._token({**parameters, "from": last}, sum(row["update_date"] == last for row in shown))

    def _token(self, parameters: Mapping[str, str], skip: int, salt: str = "") -> str:
        extra = {"salt": salt} if salt else {}
        token = quote(urlencode({**parameters, "skip": str(skip), **extra}))
        self._tokens[token] = self.today
        return token


def _halved(text: str) -> str:
    return re.sub("<title>.*?</title>", "", text, flags=re.DOTALL)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, required=True, help="JSON lines in the shape of the metadata snapshot")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--page-size", type=int, default=2500)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds; what comes sooner is answered 429")
    parser.add_argument("--created", choices=["first", "current"], default="first")
    chosen = parser.parse_args()
    packed = chosen.records.suffix == ".gz"
    data = gzip.decompress(chosen.records.read_bytes()) if packed else chosen.records.read_bytes()
    rows = [json.loads(line) for line in data.splitlines() if line.strip()]
    today = datetime.now(UTC).date()
    settings = {"page_size": chosen.page_size, "delay": chosen.delay, "created": chosen.created, "today": today}
    with OaiServer(rows, port=chosen.port, **settings) as server:
        print(f"{len(rows):,} records at {server.url}", flush=True)
        seen = 0
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(0.2)
                for request in server.requests[seen:]:
                    print(request.method, request.status, str(request.parameters)[:160], flush=True)
                    seen += 1


if __name__ == "__main__":
    main()
