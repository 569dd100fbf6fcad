"""Records by GovStack's Data interface: what is written is found by every way of looking, and is gone when deleted."""

from tests.unit.rest.govstack.conftest import Caller, content, new, told

DATA = "registries/data/Births/1"
ADA = {"ID": "199001011234", "FirstName": "Ada", "LastName": "Byron", "Doses": 2}
BOB = {"ID": "199001011235", "FirstName": "Bob", "LastName": "Byron", "Doses": 0}


def _query(**values: object) -> dict[str, object]:
    return {"query": {"content": values}}


def _says(caller: Caller, **values: object) -> bool:
    return told(caller.post(f"{DATA}/exists", _query(**values)))["answer"]["status"]


def test_a_record_that_was_created_is_found_by_read_list_and_exists_and_gone_after_delete(births: Caller) -> None:
    made = new(births, **ADA)
    new(births, **BOB)
    assert made["content"] == ADA
    assert content(births.post(f"{DATA}/read", _query(FirstName="Ada"))) == ADA
    assert content(births.post(f"{DATA}/read", {"FirstName": "Ada", "LastName": "Byron"})) == ADA
    assert _says(births, ID=ADA["ID"], Doses=2) and not _says(births, FirstName="Ada", LastName="Lovelace")
    listed = told(births.get(f"{DATA}?filter=LastName&search=Byron&ordering=descending"))
    assert (listed["count"], listed["next"], listed["previous"]) == (2, "", None)
    assert [one["FirstName"] for one in told(births.get(f"{DATA}?search=Ada"))["results"]] == ["Ada"]
    for spelling in ("read-value", "readValue"):
        assert told(births.get(f"{DATA}/{made['uuid']}/{spelling}/FirstName.json")) == "Ada"
    assert [births.delete(f"{DATA}/{one}/delete").status_code for one in (ADA["ID"], ADA["ID"], "nobody")] == [204] * 3
    assert births.post(f"{DATA}/read", _query(FirstName="Ada")).status_code == 404
    assert told(births.post(f"{DATA}/read", _query(FirstName="Ada")), 404)["detail"] == "no record found"
    assert not _says(births, ID=ADA["ID"]) and _says(births, ID=BOB["ID"])
    assert [one["ID"] for one in told(births.get(DATA))["results"]] == [BOB["ID"]]
    assert births.delete(f"{DATA}/{made['uuid']}/delete").status_code == 204


def test_an_update_changes_only_what_matches(births: Caller) -> None:
    for one in (ADA, BOB):
        new(births, **one)
    write = {"write": {"content": {"FirstName": "Augusta"}}}
    assert content(births.put(f"{DATA}/update", {**_query(ID=ADA["ID"]), **write}))["FirstName"] == "Augusta"
    assert content(births.post(f"{DATA}/read", _query(ID=BOB["ID"]))) == BOB
    for _ in range(2):  # the same again is done already
        renamed = {**_query(ID=BOB["ID"], FirstName="Bob"), "write": {"content": {"FirstName": "Rob"}}}
        assert content(births.put(f"{DATA}/update", renamed)) == {**BOB, "FirstName": "Rob"}
    assert births.put(f"{DATA}/update", {**_query(LastName="Byron"), **write}).status_code == 409
    several = told(births.put(f"{DATA}/update", {**_query(LastName="Byron"), **write}), 409)
    assert several["code"] == "rest.several_match"
    assert births.put(f"{DATA}/update", {**_query(LastName="Nobody"), **write}).status_code == 404
    for spelling in ("update-entries", "updateEntries"):
        many = {**_query(LastName="Byron"), "write": {"content": {"Doses": 7}}}
        assert told(births.put(f"{DATA}/{spelling}", many))["matched"] == 2
    assert {one["Doses"] for one in told(births.get(DATA))["results"]} == {7}
    assert told(births.put(f"{DATA}/update-entries", {**_query(LastName="Nobody"), **write}))["updated"] == 0


def test_two_upserts_leave_one_row(births: Caller) -> None:
    both = {**_query(**ADA), "write": {"content": ADA}}
    for spelling in ("update-or-create", "updateOrCreate"):
        assert content(births.post(f"{DATA}/{spelling}", both)) == ADA
    changed = {**_query(ID=ADA["ID"]), "write": {"content": {**ADA, "Doses": 3}}}
    assert content(births.post(f"{DATA}/update-or-create", changed))["Doses"] == 3
    assert content(births.post(f"{DATA}/update-or-create", {"write": {"content": {**ADA, "Doses": 4}}}))["Doses"] == 4
    assert [one["Doses"] for one in told(births.get(DATA))["results"]] == [4]


def test_many_are_created_at_once_and_read_page_by_page(births: Caller) -> None:
    rows = [{"content": {"ID": f"19900101{number}", "FirstName": f"N{number}"}} for number in range(1000, 1005)]
    assert len(told(births.post("registries/data/Births/createEntries", {"write": rows}), 201)) == 5
    seen, address = [], f"/govstack/{DATA}?pageSize=2"
    while address:
        page = told(births.get(address.partition("/govstack/")[2]))
        seen += [one["FirstName"] for one in page["results"]]
        address = page["next"]
        assert isinstance(address, str) and page["count"] == len(page["results"]) <= 2
    assert seen == ["N1000", "N1001", "N1002", "N1003", "N1004"]
    assert told(births.get(f"{DATA}?pageSize=2&page=2"))["previous"].endswith("page=1")


def test_forms_say_what_json_says(births: Caller) -> None:
    form = "application/x-www-form-urlencoded"
    assert content(births.post(f"{DATA}/create", "write[content][ID]=11&write[content][FirstName]=Eve", form)) == {
        "ID": "11",
        "FirstName": "Eve",
    }
    assert content(births.post(f"{DATA}/read", 'query={"content": {"FirstName": "Eve"}}', form))["ID"] == "11"
    parts = b'--x\r\nContent-Disposition: form-data; name="FirstName"\r\n\r\nEve\r\n--x--\r\n'
    found = births.post(f"{DATA}/exists", parts, "multipart/form-data; boundary=x")
    assert told(found)["answer"]["status"] is True


def test_no_input_makes_a_5xx(births: Caller) -> None:
    deeds = {"create": "post", "createEntries": "post", "read": "post", "exists": "post", "update": "put"}
    deeds |= {"update-entries": "put", "update-or-create": "post"}
    bodies = (None, b"", b"{", b"[]", b"7", b'"x"', b'{"a": 1.5}', b"\xff\xfe", {}, {"query": 1, "write": []})
    bodies += (
        {"query": {"content": {"ID": None}}, "write": {"content": {"ID": "a\0b"}}},
        {"query": {"content": {"No": 1}}},
    )
    bodies += ({"query": {"content": {"ID": "a\0b"}}, "write": {"content": {"No": {"a": []}}}},)
    statuses = {births.call(deeds[one], f"{DATA}/{one}", body).status_code for one in deeds for body in bodies}
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "a/b")
    statuses |= {
        births.post(f"{DATA}/{one}", b"\0=[&a[=1&a[b]=2&a=3", kind).status_code for one in deeds for kind in kinds
    }
    statuses |= {births.get(f"registries/{one}").status_code for one in (
        "data/Births/1?page=0", "data/Births/1?page=99999999999",
        "data/Births/1?filter=No&search=x&ordering=descending",
        "data/Births/1?query.Doses=many", "data/Births/1?search=%00", "data/Births/9", "data/Nothing/1", "database/x",
        "data/Births/1/x/read-value/ID.json", "data/MyPersonalDataUsage/1.0", "nothing", "data/Births/1/a/b/c/d",
        "data/Births/1?filter=ID&search=%00", f"data/Births/1?filter=ID&search={'x' * 300}",
    )}  # fmt: skip
    statuses |= {
        births.post("registries/database/modify", body).status_code for body in (*bodies, {"code": "x", "schema": {}})
    }
    assert statuses <= {200, 400, 404, 405, 413, 415, 422}, statuses


def test_what_is_wrong_with_a_request_is_said_by_code(births: Caller) -> None:
    def code(response: object) -> str:
        return told(response, 400)["code"]  # type: ignore[arg-type]

    assert code(births.post(f"{DATA}/create", {})) == "rest.content_missing"
    assert (
        code(births.post(f"{DATA}/create", "a=1&a[b]=2", "application/x-www-form-urlencoded")) == "rest.form_malformed"
    )
    assert code(Caller().post(f"{DATA}/read", _query(ID="1"))) == "rest.client_header"
