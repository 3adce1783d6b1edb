"""The local server keeps to contracts/zotero.md: the rules that clients trip over, one by one."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.servers.zotero import KEY, USER, ZoteroServer
from tests.servers.zotero_rules import Refused

Call = Any


@pytest.fixture
def server() -> Iterator[ZoteroServer]:
    with ZoteroServer() as running:
        yield running


@pytest.fixture
def http(server: ZoteroServer) -> Iterator[httpx2.Client]:
    headers = {"Zotero-API-Key": KEY, "Zotero-API-Version": "3"}
    with httpx2.Client(base_url=f"{server.url}/users/{USER}/", headers=headers, trust_env=False) as client:
        yield client


BOOK = {"itemType": "book", "title": "B"}
PREPRINT = {"itemType": "preprint", "title": "P"}


def post(http: httpx2.Client, *objects: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.post("items", json=list(objects), headers=named)


def failure(http: httpx2.Client, item: Any) -> int:
    """The code that one object fails with, 0 when it does not."""
    failed = post(http, item).json()["failed"]
    return int(failed["0"]["code"]) if failed else 0


def test_each_object_gets_its_own_version(http: httpx2.Client) -> None:
    answer = post(http, BOOK, {"itemType": "nonsense"}, BOOK)
    report = answer.json()
    assert [report["successful"][place]["version"] for place in ("0", "2")] == [1, 2]
    assert answer.headers["Last-Modified-Version"] == "2"
    assert set(report["failed"]["1"]) == {"code", "message"}


def test_an_unchanged_object_keeps_its_version_and_the_library_moves(http: httpx2.Client) -> None:
    key = post(http, BOOK).json()["success"]["0"]
    answer = post(http, {"key": key, "version": 1, "title": "B"})
    assert answer.json()["unchanged"] == {"0": key}
    assert answer.headers["Last-Modified-Version"] == "2"
    assert http.get(f"items/{key}").headers["Last-Modified-Version"] == "1"


def test_identical_tags_are_a_change(http: httpx2.Client) -> None:
    key = post(http, BOOK | {"tags": [{"tag": "a"}]}).json()["success"]["0"]
    report = post(http, {"key": key, "version": 1, "tags": [{"tag": "a"}]}).json()
    assert report["successful"]["0"]["version"] == 2


def test_own_keys(http: httpx2.Client) -> None:
    mine = BOOK | {"key": "ABCD2345", "version": 0}
    assert failure(http, mine) == 0
    assert failure(http, mine) == 412
    assert failure(http, BOOK | {"key": "EFGH2345", "version": 3}) == 404
    assert failure(http, BOOK | {"key": "ABCD0123", "version": 0}) == 400
    assert failure(http, BOOK | {"key": "ABCD2345"}) == 428
    assert failure(http, BOOK | {"version": 0}) == 400


def test_a_post_is_a_patch(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(PREPRINT | {"tags": [{"tag": "a"}], "extra": "x", "deleted": 1})
    post(http, {"key": key, "version": 1, "title": "Q"})
    item = server.item(key)
    assert (item["title"], item["extra"], item["tags"], item["deleted"]) == ("Q", "x", [{"tag": "a"}], 1)


def test_the_library_version_guards_the_whole_request(http: httpx2.Client) -> None:
    post(http, BOOK)
    answer = post(http, BOOK, If_Unmodified_Since_Version="0")
    assert answer.status_code == 412
    assert "Last-Modified-Version" not in answer.headers
    assert post(http, BOOK, If_Unmodified_Since_Version="1").status_code == 200
    assert post(http, BOOK, If_Unmodified_Since_Version="x").status_code == 400


def test_write_tokens(http: httpx2.Client, server: ZoteroServer) -> None:
    assert post(http, BOOK, Zotero_Write_Token="abc").status_code == 400
    assert post(http, BOOK, Zotero_Write_Token="abcdef").status_code == 200
    replay = post(http, BOOK, Zotero_Write_Token="abcdef")
    assert (replay.status_code, replay.text) == (412, "Write token already used")
    assert len(server.items()) == 1


def test_sizes_of_requests(http: httpx2.Client, server: ZoteroServer) -> None:
    assert post(http, *[BOOK] * 51).status_code == 413
    assert server.items() == []
    assert post(http).status_code == 200
    assert http.post("items", json={}).status_code == 400


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (PREPRINT | {"shelf": "x"}, 400),
        (PREPRINT | {"publicationTitle": "x"}, 400),
        (PREPRINT | {"publicationTitle": ""}, 0),
        (PREPRINT | {"publisher": "x"}, 400),
        (PREPRINT | {"title": ["x"]}, 400),
        (PREPRINT | {"note": "x"}, 400),
        (PREPRINT | {"deleted": "1"}, 500),
        (PREPRINT | {"deleted": True}, 0),
        (PREPRINT | {"parentItem": False}, 500),
        (PREPRINT | {"collections": ["ABCD2345"]}, 409),
        (PREPRINT | {"accessDate": "2024-01-01T00:00:00.000Z"}, 400),
        (PREPRINT | {"accessDate": "2024-01-01T00:00:00Z"}, 0),
        (PREPRINT | {"tags": [{"tag": "x" * 256}]}, 413),
        (PREPRINT | {"tags": ["x"]}, 400),
        (PREPRINT | {"tags": [{"tag": "x", "colour": 1}]}, 400),
        (PREPRINT | {"title": "ä" * 32_768}, 413),
        (PREPRINT | {"title": "ä" * 32_767}, 0),
        (PREPRINT | {"creators": [{"firstName": "A", "lastName": "B"}]}, 400),
        (PREPRINT | {"creators": [{"creatorType": "author", "firstName": "A"}]}, 400),
        (PREPRINT | {"creators": [{"creatorType": "author", "name": "A", "lastName": "B"}]}, 400),
        (PREPRINT | {"creators": [{"creatorType": "author", "name": "A" * 256}]}, 413),
        (PREPRINT | {"creators": [{"creatorType": "pilot", "name": "A"}]}, 400),
        (PREPRINT | {"creators": [{"creatorType": "author", "firstName": "", "lastName": ""}]}, 0),
        (PREPRINT | {"relations": {"dc:relation": "http://example.org"}}, 400),
        ({"itemType": "note", "parentItem": "ABCD2345"}, 409),
        ({"title": "x"}, 400),
    ],
)
def test_validation(http: httpx2.Client, item: Any, code: int) -> None:
    assert failure(http, item) == code


def test_texts_are_cleaned(http: httpx2.Client) -> None:
    item = PREPRINT | {"title": " a\x00\x0bb\t\n", "tags": [{"tag": " e\u0301 "}, {"tag": ""}]}
    data = post(http, item).json()["successful"]["0"]["data"]
    assert (data["title"], data["tags"]) == ("ab", [{"tag": "é"}])
    assert data["repository"] == ""  # every field of the type is there


def test_single_items(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(BOOK)
    assert http.patch(f"items/{key}", json={"title": "C"}).status_code == 428
    stale = http.patch(f"items/{key}", json={"title": "C", "version": 0})
    assert (stale.status_code, stale.headers["Last-Modified-Version"]) == (412, "1")
    assert http.patch(f"items/{key}", json={"title": "C", "version": 1}).headers["Last-Modified-Version"] == "2"
    assert http.patch(f"items/{key}", json={"key": "ABCD2345", "version": 2}).status_code == 409
    assert http.put(f"items/{key}", json={"version": 2, "itemType": "book"}).status_code == 400
    gone = {"If-Unmodified-Since-Version": "2"}
    assert http.delete(f"items/{key}").status_code == 428
    assert http.delete(f"items/{key}", headers=gone).status_code == 204
    assert http.delete(f"items/{key}", headers=gone).status_code == 412
    assert http.get("deleted?since=2").json()["items"] == [key]
    assert http.get("deleted").status_code == 400


def test_trashed_items_are_hidden_unless_asked_for(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(BOOK | {"deleted": 1})
    assert http.get("items?since=0").json() == []
    assert http.get("items?since=0&includeTrashed=1&format=versions").json() == {key: 1}
    assert [item["key"] for item in http.get("items/trash").json()] == [key]
    assert http.get(f"items/{key}").json()["data"]["deleted"] == 1


def test_lists_are_paged(http: httpx2.Client, server: ZoteroServer) -> None:
    for number in range(130):
        server.add(BOOK | {"title": str(number)})
    first = http.get("items")
    assert (len(first.json()), first.headers["Total-Results"]) == (25, "130")
    assert {link["rel"] for link in first.links.values()} == {"next", "last", "alternate"}
    assert len(http.get("items?limit=500").json()) == 100
    assert len(http.get("items?format=keys").json()) == 130
    assert http.get("items", headers={"If-Modified-Since-Version": "130"}).status_code == 304
    keys = ",".join(http.get("items?format=keys").json()[:60])
    assert len(http.get(f"items?itemKey={keys},NONSENSE,").json()) == 60


def test_searching(http: httpx2.Client, server: ZoteroServer) -> None:
    creators = [{"creatorType": "author", "firstName": "Ann", "lastName": "Ox"}]
    tags = [{"tag": "Été"}, {"tag": "b"}]
    server.add(PREPRINT | {"extra": "arXiv:2401.00001", "creators": creators, "tags": tags, "date": "2024-01-02"})
    server.add(BOOK)

    def count(query: str) -> int:
        return len(http.get(f"items?{query}").json())

    assert count("q=2401.00001") == 0  # extra is never searched
    assert (count("q=ann ox"), count("q=2024"), count("q=p 2024")) == (1, 1, 1)
    assert (count("tag=ete"), count("tag=ete&tag=b"), count("tag=b || c"), count("tag=-b")) == (1, 1, 1, 1)
    assert (count("itemType=book || note"), count("itemType=-book")) == (1, 1)
    assert http.get("items?itemType=nonsense").status_code == 400
    assert [row["tag"] for row in http.get("tags").json()] == ["b", "Été"]
    assert http.get("items?sort=nonsense").status_code == 400


def test_a_deleted_collection_leaves_versions_alone(http: httpx2.Client, server: ZoteroServer) -> None:
    parent = server.add_collection("A")
    child = server.add_collection("B", parent=parent)
    key = server.add(BOOK | {"collections": [parent, child]})
    before = server.item(key)["version"]
    headers = {"If-Unmodified-Since-Version": "9"}
    assert http.delete(f"collections/{parent}", headers=headers).status_code == 204
    assert server.item(key)["collections"] == []
    assert server.item(key)["version"] == before
    assert http.get("deleted?since=0").json()["collections"] == [parent]
    assert http.get("collections").json() == []


def test_children_follow_their_parents(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(BOOK)
    note = server.add({"itemType": "note", "parentItem": key, "note": "<p>x</p>"})
    assert [item["key"] for item in http.get(f"items/{key}/children").json()] == [note]
    assert [item["key"] for item in http.get("items/top").json()] == [key]
    assert [item["key"] for item in http.get(f"items/top?itemKey={note}").json()] == [key]
    assert "collections" not in http.get(f"items/{note}").json()["data"]
    server.erase(key)
    assert http.get("items").json() == []


def test_keys_and_rights(server: ZoteroServer) -> None:
    def get(path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"{server.url}{path}", headers=headers, trust_env=False)

    assert get("/keys/current", Authorization=f"Bearer {KEY}").json()["userID"] == USER
    assert get("/keys/current").status_code == 403
    bad = get("/keys/current", Authorization="Bearer wrong")
    assert (bad.status_code, bad.text) == (403, "Invalid key")
    assert get("/keys/current", Authorization="wrong").status_code == 400
    assert get(f"/users/{USER}/items", **{"Zotero-API-Key": KEY, "Zotero-API-Version": "2"}).status_code == 400
    assert get("/users/1/items", **{"Zotero-API-Key": KEY}).status_code == 403
    assert get("/groups/1/items", **{"Zotero-API-Key": KEY}).status_code == 404
    assert get("/users/me/items", **{"Zotero-API-Key": KEY}).status_code == 400
    assert get("/items/new?itemType=preprint").json()["creators"][0]["creatorType"] == "author"
    assert get("/itemTypeFields?itemType=nonsense").status_code == 400
    assert {row["itemType"] for row in get("/itemTypes").json()} >= {"preprint", "note"}
    with ZoteroServer(write=False) as other:
        url = f"{other.url}/users/{USER}/items"
        denied = httpx2.post(url, json=[], headers={"Zotero-API-Key": KEY}, trust_env=False)
        assert (denied.status_code, denied.text) == (403, "Write access denied")


def test_the_rate_is_limited(http: httpx2.Client, server: ZoteroServer) -> None:
    server.world.clock = lambda: 0.0
    codes = [http.get("collections").status_code for _ in range(101)]
    assert codes == [200] * 100 + [429]
    assert http.get("collections").headers["Retry-After"] == "10"
    server.world.clock = lambda: 1.0
    assert http.get("collections").status_code == 200


def test_changing_the_type_moves_base_fields(server: ZoteroServer) -> None:
    key = server.add(PREPRINT | {"repository": "arXiv", "archiveID": "x", "DOI": "10.1000/x"})
    server.edit(key, itemType="journalArticle")
    item = server.item(key)
    assert (item["publisher"], item["DOI"]) == ("arXiv", "10.1000/x")
    assert "archiveID" not in item


def test_notes_are_sanitised(http: httpx2.Client) -> None:
    html = '<h1 onclick="x">T</h1><script>alert(1)</script><p>a <b>b</b> <a href="javascript:x">c</a><x-y>d</x-y></p>'
    note = post(http, {"itemType": "note", "note": html}).json()["successful"]["0"]["data"]["note"]
    assert note == "<h1>T</h1><p>a <strong>b</strong> <a>c</a>d</p>"
    kept = '<p class="x" style="color: red"><span class="math">$a$</span><br></p>'
    assert post(http, {"itemType": "note", "note": kept}).json()["successful"]["0"]["data"]["note"] == kept
    assert failure(http, {"itemType": "note", "note": "x" * 500_000}) == 0
    assert failure(http, {"itemType": "note", "note": "x" * 500_001}) == 413


def test_notes_are_listed(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(BOOK)
    live = server.add({"itemType": "note", "parentItem": key, "note": "<p>1</p>"})
    trashed = server.add({"itemType": "note", "parentItem": key, "note": "<p>2</p>", "deleted": 1})
    server.add({"itemType": "attachment", "linkMode": "linked_url", "parentItem": key, "url": "http://e.org"})

    def keys(path: str) -> set[str]:
        return {row["key"] for row in http.get(path).json()}

    assert keys("items?itemType=note&since=0") == {live}
    assert keys("items?itemType=note&since=0&includeTrashed=1") == {live, trashed}
    assert keys(f"items?itemType=note&since={server.item(live)['version']}&includeTrashed=1") == {trashed}
    assert len(keys(f"items/{key}/children")) == 2
    assert len(keys(f"items/{key}/children?includeTrashed=1")) == 3
    assert http.get("items/NNNN2222/children").status_code == 404
    assert http.get(f"items/{key}").json()["meta"]["numChildren"] == 2
    server.edit(key, deleted=1)  # a trashed item takes its children out of sight
    assert keys("items?itemType=note") == set()
    assert keys("items?itemType=note&includeTrashed=1") == {live, trashed}


def test_a_put_without_a_parent_makes_a_child_top_level(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(BOOK)
    note = server.add({"itemType": "note", "parentItem": key, "note": "<p>x</p>"})
    whole = {"itemType": "note", "tags": [], "relations": {}, "version": server.item(note)["version"]}
    assert http.put(f"items/{note}", json=whole).status_code == 204
    assert "parentItem" not in server.item(note)
    assert server.item(note)["note"] == "<p>x</p>"


def test_dates_of_modification(http: httpx2.Client, server: ZoteroServer) -> None:
    folder = server.add_collection("C")
    key = server.add(BOOK)

    def edit(**fields: Any) -> tuple[str, str]:
        post(http, {"key": key, "version": server.item(key)["version"]} | fields)
        return server.item(key)["dateAdded"], server.item(key)["dateModified"]

    added, first = edit(title="C")
    assert edit(collections=[folder]) == (added, first)
    assert edit(title="C") == (added, first)
    old, later = edit(title="D", dateModified=first)  # the old value sent back is not honoured
    assert later > first
    assert edit(title="E", dateModified="2020-01-02T03:04:05Z") == (old, "2020-01-02T03:04:05Z")
    assert edit(dateAdded="2019-01-01T00:00:00Z")[0] == "2019-01-01T00:00:00Z"


def test_relations_are_mirrored(server: ZoteroServer) -> None:
    one, two = server.add(BOOK), server.add(BOOK)
    uri = f"http://zotero.org/users/{USER}/items/"
    before = server.item(two)["version"]
    server.edit(one, relations={"dc:relation": uri + two})
    assert server.item(two)["relations"] == {"dc:relation": [uri + one]}
    assert server.item(two)["version"] > before


def test_strangers_are_locked_out(server: ZoteroServer) -> None:
    def attempt() -> httpx2.Response:
        return httpx2.get(f"{server.url}/keys/current", headers={"Zotero-API-Key": "bad"}, trust_env=False)

    assert [attempt().status_code for _ in range(6)] == [403] * 5 + [429]
    assert "Retry-After" not in attempt().headers


def test_compressed_requests(http: httpx2.Client, server: ZoteroServer) -> None:
    body = gzip.compress(json.dumps([BOOK]).encode())
    assert http.post("items", content=body, headers={"Content-Encoding": "gzip"}).status_code == 200
    assert len(server.items()) == 1


def test_groups_of_a_key(server: ZoteroServer) -> None:
    headers = {"Zotero-API-Key": KEY}
    url = f"{server.url}/users/{USER}/groups"
    assert [row["id"] for row in httpx2.get(url, headers=headers, trust_env=False).json()] == [678]
    server.world.keys[KEY]["access"]["groups"] = {}
    assert httpx2.get(url, headers=headers, trust_env=False).json() == []


ATTACHMENT = {"itemType": "attachment", "linkMode": "imported_file", "contentType": "application/pdf"}


def test_files(http: httpx2.Client, server: ZoteroServer) -> None:
    key = server.add(BOOK)
    name = server.add(ATTACHMENT | {"parentItem": key, "filename": "a.pdf"})
    content = b"%PDF-1.7 content"
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    form = {"md5": md5, "filename": "a.pdf", "filesize": str(len(content)), "mtime": "1700000000000"}
    new = {"If-None-Match": "*"}
    assert http.post(f"items/{name}/file", data=form).status_code == 428
    assert http.post(f"items/{name}/file", data=form, headers={"If-Match": "0" * 32}).status_code == 412
    assert http.post(f"items/{name}/file", data={"md5": "x"}, headers=new).status_code == 400
    assert http.post(f"items/{key}/file", data=form, headers=new).status_code == 400
    place = http.post(f"items/{name}/file", data=form, headers=new).json()
    register = {"upload": place["uploadKey"]}
    assert http.post(f"items/{name}/file", data=register, headers=new).status_code == 400  # nothing arrived yet

    def store(body: bytes) -> int:
        sent = place["prefix"].encode() + body + place["suffix"].encode()
        headers = {"Content-Type": place["contentType"]}
        return httpx2.post(place["url"], content=sent, headers=headers, trust_env=False).status_code

    assert store(b"other") == 400
    assert store(content) == 201
    before = server.item(name)["version"]
    assert http.post(f"items/{name}/file", data=register, headers=new).status_code == 204
    assert (server.item(name)["md5"], server.item(name)["mtime"]) == (md5, 1700000000000)
    assert server.item(name)["version"] > before
    assert http.get(f"items/{name}/file").content == content
    assert http.post(f"items/{name}/file", data=form, headers=new).status_code == 412
    assert http.post(f"items/{name}/file", data=form, headers={"If-Match": md5}).json() == {"exists": 1}
    server.world.quota = 3
    other = form | {"md5": "0" * 32}
    assert http.post(f"items/{name}/file", data=other, headers={"If-Match": md5}).status_code == 413


def test_linked_files_are_for_user_libraries(server: ZoteroServer) -> None:
    file = {"itemType": "attachment", "linkMode": "linked_file", "path": "x.pdf"}
    server.add(file)
    with pytest.raises(Refused):
        server.add(file, "groups")
