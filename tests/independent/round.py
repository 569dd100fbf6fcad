"""Compute a round of Uruk again with nothing of Uruk: `python round.py keys.json round.jsonl [members.json]`.

Exits 0 if the rows are those of the act, and the ranking is the declared one; else 1 with the reason. Beside it,
verify.py checks the receipts. Places that were passed on afterwards are not looked at.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

from verify import b64, cbor, need, verify, witnesses_of


def statement(receipt, keys, kind, witnesses):
    verify(receipt.encode(), keys, witnesses)
    found = cbor(b64(json.loads(receipt)["statement"]))[0]
    need(found["type"] == kind, f"not {kind}")
    return found


def root_over(leaves):
    """MTH of RFC 6962 §2.1 over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_over(leaves[:left]) + root_over(leaves[left:])).digest()


def sort_key(head, lot):
    def key(row):
        pairs = zip(head["order"], row["values"], strict=True)
        keys = [(1, 0) if one is None else (0, -one if first == "most" else one) for first, one in pairs]
        return keys, sha256(lot + row["alias"].encode()).digest() if head["ties"] == "lot" else b"", row["arrival"]

    return key


def decide(head, ranked):
    """(alias, outcome, group) of each row in order: open places, then those kept for groups, then what is left."""
    free, kept = head["places"], []
    for group, count in head["kept"]:
        kept.append((group, min(count, free)))
        free -= kept[-1][1]
    taken = {}

    def take(rows, count, group):
        for row in [one for one in rows if one["alias"] not in taken][:count]:
            taken[row["alias"]] = group

    take(ranked, free, None)
    for group, count in kept:
        take([row for row in ranked if group in row["groups"]], count, group)
    take(ranked, head["places"] - len(taken), None)
    left = [row["alias"] for row in ranked if row["alias"] not in taken]
    outcomes = dict.fromkeys(taken, "placed") | dict.fromkeys(left, "unplaced")
    outcomes |= dict.fromkeys(left[: head["waiting"]], "waiting")
    return [(row["alias"], outcomes[row["alias"]], taken.get(row["alias"])) for row in ranked]


def check(data, keys, witnesses=None):
    first, *lines, last = data.removesuffix(b"\n").split(b"\n")
    head, rows = json.loads(first), [json.loads(line) for line in lines]
    decided = statement(json.loads(last)["receipt"], keys, "round.decided", witnesses)
    closed = statement(head["closed"], keys, "round.closed", witnesses)
    body = decided["body"]
    need(decided["author"] == closed["author"] == head["institution"], "another institution's act")
    need(body["head"] == sha256(first).digest() and body["rows"] == len(rows), "another head")
    need(body["closed"] == closed["act"] and closed["body"]["round"] == body["round"], "another call")
    leaves = [sha256(b"\x00" + line).digest() for line in lines]
    need(root_over(leaves) == body["root"], "a row was changed, left out, added or moved")
    checkpoint = json.loads(head["closed"])["proof"].split("\n\n", 1)[1].encode()
    ranked = sorted(rows, key=sort_key(head, sha256(b"uruk/round/lot/v1\n" + checkpoint).digest()))
    need(ranked == rows and [row["rank"] for row in rows] == list(range(1, len(rows) + 1)), "another order")
    said = [(row["alias"], row["outcome"], row["kept_for"]) for row in rows]
    need(decide(head, ranked) == said, "the declared order gives another result")


if __name__ == "__main__":
    try:
        directory = json.loads(Path(sys.argv[1]).read_bytes())
        nodes = json.loads(Path(sys.argv[3]).read_bytes())["signed"]["nodes"] if len(sys.argv) > 3 else {}
        known = witnesses_of(nodes, nodes[directory["node"]]["operator"]) if nodes else {}
        check(Path(sys.argv[2]).read_bytes(), directory, known)
    except Exception as error:
        sys.exit(str(error) or type(error).__name__)
