"""Verify the evidence of a message with nothing of Uruk: `python bundle.py FILE FINGERPRINT`; exits 0 if it is proved.

FINGERPRINT is SHA-256 of the signed part of the root that the reader trusts. Beside verify.py: RFC 8032 signatures over
the directory's parts (canonical JSON), WebAuthn §7.2 for the two persons, C2SP tlog-cosignature for the witnesses.
"""

import json
import sys
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from uuid import UUID
from zipfile import ZipFile

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from verify import b64, cbor, delegated, need, verify, witnesses_of

PLACES = ("request-sent", "request-received", "answer-sent", "answer-received")
MEMBERS = {
    "uruk",
    "request",
    "instance",
    "now",
    "receipts",
    "forgotten",
    "directories",
    "approvals",
    "headers",
    "bodies",
}
KINDS = (("message.request", "sent"), ("message.request", "received"), ("message.answer", "sent"))


def when(text):
    return datetime.fromisoformat(text)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(raw):
    """A part of the directory, in its one spelling: what is signed, its digest, the keys that signed it, the rest."""
    part = json.loads(raw)
    need(canonical(part) == raw, "a part of the directory is not canonical")
    signed = canonical(part["signed"])
    for one in part["signatures"]:
        key = Ed25519PublicKey.from_public_bytes(b64(one["key"], 32))
        key.verify(b64(one["signature"], 64), b"uruk/directory/v1\n" + signed)
    return part["signed"], sha256(signed).digest(), {one["key"] for one in part["signatures"]}, part


def assertion(approval, proposal, party):
    """Whether a passkey signed the proposal at this relying party (WebAuthn §7.2), present and verified."""
    client, data = b64(approval["client_data"]), b64(approval["authenticator_data"])
    said = json.loads(client)
    challenge = b64encode(sha256(proposal).digest()).decode().translate({43: "-", 47: "_", 61: None})
    need((said["type"], said["challenge"]) == ("webauthn.get", challenge), "the passkey signed something else")
    need(said["origin"] in party["origins"] and data[32] & 5 == 5, "not signed at this place by a verified person")
    need(data[:32] == sha256(party["rp_id"].encode()).digest(), "not signed for this relying party")
    key, signature, message = cbor(b64(approval["key"]))[0], b64(approval["signature"]), data + sha256(client).digest()
    if key[3] == -8:
        return Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, message)
    numbers = ec.EllipticCurvePublicNumbers(*(int.from_bytes(key[at], "big") for at in (-2, -3)), ec.SECP256R1())
    return numbers.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))


def by_two(approvals, proposal, approvers, party, at):
    """Whether two persons of the list approved the proposal."""
    persons = set()
    for approval in approvals:
        digest = sha256(b64(approval["key"])).hexdigest()
        listed = [one for one in approvers if (one["key"], one["role"]) == (digest, approval["role"])]
        for one in listed:
            if when(one["from"]) <= at and (one["until"] is None or at < when(one["until"])):
                assertion(approval, proposal, party)
                persons.add(one["person"] or digest)
    return len(persons) > 1


def country(parts, fingerprint):
    """Members, nodes and each node's keys.json, as these parts prove them from the trusted root on."""
    found = [read(raw) for raw in parts]
    roots = [one for one in found if one[0]["uruk"] == "root/1"]
    start = next((at for at, one in enumerate(roots) if one[1].hex() == fingerprint), None)
    need(start is not None, "another country's directory")
    for before, after in pairwise(roots[start:]):
        need(after[0]["version"] == before[0]["version"] + 1, "a root is missing")
        for one in (before, after):
            need(len(after[2] & set(one[0]["keys"])) >= one[0]["threshold"], "too few signed the root")
    root = roots[-1][0]
    members, digest, _, part = next(one for one in found if one[0]["uruk"] == "members/1")
    proposal = b64(part["proposal"])
    said = cbor(proposal)[0]
    wanted = {"part": "members", "version": members["version"], "digest": digest}
    wanted["institution"] = root["authority"].split("/")[2]
    need(wanted.items() <= said.items(), "the members' approval is of something else")
    at = when(members["published"])
    if members["version"] > root["members_version"]:
        at = max(at, when(root["published"]))
    need(by_two(part["approvals"], proposal, root["approvers"], root, at), "two persons did not approve the members")
    keys = {}
    for entry, _, signers, _ in (one for one in found if one[0]["uruk"] == "entry/1"):
        need(members["nodes"][entry["node"]]["entry_key"] in signers, "a node did not sign its entry")
        keys[entry["node"]] = json.loads(entry["keys"])
    stamp, digest, signers, _ = next(one for one in found if one[0]["uruk"] == "timestamp/1")
    need(root["timestamp_key"] in signers, "the authority did not sign the timestamp")
    return members["members"], members["nodes"], keys, (stamp["version"], digest)


def identified(entry, code, identity):
    """The institution is under this identity key: its present one, or the next, which the present one announced."""
    if entry["identity"] != identity:
        said = entry["next"]
        need(said["identity"] == identity, "another identity key")
        delegated(entry, code, "identity", b64(identity, 32), said)


def receipt(raw, address, directory, kind=None):
    """The statement of a receipt of this member, and where it stands."""
    members, nodes, keys, _ = directory
    node, code = members[address]["node"], address.split("/")[2]
    identified(keys[node]["institutions"][code], code, members[address]["identity"])
    verify(raw, keys[node], witnesses_of(nodes, nodes[node]["operator"]))
    found = json.loads(raw)
    proof, note = found["proof"].split("\n\n", 1)
    statement = b64(found["statement"])
    said = cbor(statement)[0]
    need(
        said["author"] == code and kind in (None, (said["type"], said["role"])), "not the statement that was asked for"
    )
    return said, (sha256(statement).digest(), note.split("\n")[0], int(proof.split("\n")[1].removeprefix("index ")))


def examine(path, fingerprint):
    """Return what is proved of the message, else raise."""
    with ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(files["bundle.json"])
    need(canonical(about) == files["bundle.json"] and set(about) == MEMBERS, "not the contents of a bundle")
    parts = {digest: files[f"directory/{digest}.json"] for one in about["directories"].values() for digest in one}
    listed = {"bundle.json", *(f"directory/{digest}.json" for digest in parts)}
    for name, form in (("receipts", "receipts/{}.json"), ("approvals", "agreement/{}.json")):
        listed |= {form.format(one) for one in about[name]}
    listed |= {f"{side}.{kind}" for kind, sides in (("header", "headers"), ("body", "bodies")) for side in about[sides]}
    need(listed == set(files) and about["uruk"] == "bundle/1", "not the files of a bundle")
    need(all(sha256(raw).hexdigest() == digest for digest, raw in parts.items()), "a part has another name")
    directory = country([parts[digest] for digest in about["directories"][str(about["now"])]], fingerprint)
    need(
        directory[3][0] == about["now"] and {one.split("/")[0] for one in directory[0]} == {about["instance"]},
        "another directory",
    )
    given = {place: files[f"receipts/{place}.json"] for place in PLACES if place in about["receipts"]}
    bodies = {place: cbor(b64(json.loads(raw)["statement"]))[0]["body"] for place, raw in given.items()}
    sides = [bodies[place] for place in ("request-sent", "answer-sent") if place in bodies]
    consumer, provider = ("/".join(sides[0][name].split("/")[:3]) for name in ("client", "service"))
    need(len({(one["client"], one["service"]) for one in sides}) == 1, "request and answer are of different parties")
    proved = {}
    for number, (place, kind) in enumerate(zip(PLACES, (*KINDS, ("message.answer", "received")), strict=True)):
        if place in given:
            said, where = receipt(given[place], provider if number in (1, 2) else consumer, directory, kind)
            act = UUID(about["request"]).int | number
            need(
                (said["act"], said["body"]["request"].hex()) == (act.to_bytes(16, "big"), f"{act - number:032x}"),
                "another message",
            )
            proved[place] = said, where
    for place, before in zip(PLACES[1:], ("request-sent", "request-sent", "answer-sent"), strict=True):
        if place in proved and before in proved:
            body, where = proved[place][0]["body"], proved[before][1]
            named = (body["statement"], body.get("origin", where[1]), body.get("index", where[2]))
            need(named == where, f"{place} is about another statement")
    for name in ("request.header", "answer.header", "request.body", "answer.body"):
        side, kind = name.split(".")
        if name in files:
            digest = proved[f"{side}-sent"][0]["body"]["header" if kind == "header" else "content"]
            need(digest == sha256(files[name]).digest(), f"{name} is not what was said")
    digests = {said["body"].get("agreement") for said, _ in proved.values()}
    for code in about["approvals"]:
        address = next(one for one in (consumer, provider) if one.split("/")[2] == code)
        said, _ = receipt(files[f"agreement/{code}.json"], address, directory)
        need(said["type"] == "agreement.approved" and said["body"]["digest"] in digests, "another agreement")
        approved(said, directory[2][directory[0][address]["node"]], code)
    return sorted(proved)


def approved(said, keys, code):
    """Two persons of the institution approved what the statement says."""
    proposal, approvals = said["proposal"], said["approvals"]
    named = cbor(proposal)[0]
    need(named["institution"] == code and said["body"].items() <= named.items(), "the approval is of something else")
    texts = [
        {name: value if name == "role" else b64encode(value).decode() for name, value in one.items()}
        for one in approvals
    ]
    at = datetime.fromtimestamp(said["time"], UTC)
    need(by_two(texts, proposal, keys["institutions"][code]["approvers"], keys, at), "two persons did not approve it")


if __name__ == "__main__":
    try:
        sys.stdout.write(" ".join(examine(sys.argv[1], sys.argv[2])) + "\n")
    except Exception as error:
        sys.exit(f"not proved: {error or type(error).__name__}")
