"""While the demonstration is up: each node has its own processes, and none of them has another node's files open."""

from tests.demonstration import Demonstration

PARTS = {"server", "log", "jobs", "pages", "gateway"}


def test_each_node_has_all_its_processes_and_they_are_nobody_elses(demonstration: Demonstration) -> None:
    assert set(demonstration.up) == set(demonstration.nodes)
    ids = [one.id for found in demonstration.up.values() for one in found]
    assert len(set(ids)) == len(ids)
    for name, found in demonstration.up.items():
        assert {one.part for one in found} >= PARTS, name


def test_no_process_of_one_node_has_another_nodes_files_open(demonstration: Demonstration) -> None:
    for name, found in demonstration.up.items():
        paths = {path for one in found for path in one.files}
        own = demonstration.data / name
        assert any(path.is_relative_to(own) for path in paths), "each has files of its own open"
        others = [demonstration.data / other for other in demonstration.nodes if other != name]
        assert [path for path in paths for other in others if path.is_relative_to(other)] == []


def test_each_node_has_its_own_keys_database_and_logs(demonstration: Demonstration) -> None:
    folders = [demonstration.data / name for name in demonstration.nodes]
    for part in ("db.sqlite3", "keys", "gateway/keys", "trust/contents.db", "gateway/trust/contents.db"):
        found = [(folder / part).stat() for folder in folders]
        assert len({(one.st_dev, one.st_ino) for one in found}) == 3, part
    keys = [(folder / "public" / "keys.json").read_bytes() for folder in folders]
    assert len(set(keys)) == 3
