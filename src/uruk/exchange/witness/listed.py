"""What the country directory says of logs and their witnesses. No clock, no files."""

from uruk.exchange.directory.model import CountryDirectory, MemberEntry, NodeEntry
from uruk.kernel.api import CodedError
from uruk.trust.api import LogKey, NoteKey, Witness, WitnessKey


def find_log(directory: CountryDirectory, origin: str) -> LogKey | None:
    """The key of a log as its member's node lists it, under the identity the authority approved; None: unlisted."""
    member = _member_of(directory, origin)
    if member is None:
        return None
    try:
        entry = directory.entry(str(member.member))
    except CodedError:
        return None
    return next((log for log in entry.logs if log.origin == origin), None)


def note_key(log: LogKey) -> NoteKey:
    """The key that verifies the log's checkpoints."""
    return NoteKey.parse(log.key)


def node_of_log(directory: CountryDirectory, origin: str) -> NodeEntry | None:
    """The node whose log it is, by the log's name."""
    parts = origin.split("/")
    return directory.nodes.get(parts[2]) if len(parts) == 5 and parts[0] == directory.instance else None


def witnesses_of(directory: CountryDirectory, node: str) -> tuple[NodeEntry, ...]:
    """The nodes that the directory assigns to witness a node's logs; never one of its own operator."""
    watched = directory.nodes.get(node)
    if watched is None:
        return ()
    found = (directory.nodes.get(code) for code in watched.witnesses)
    return tuple(one for one in found if one is not None and one.left_at is None and _is_another(one, watched))


def is_assigned(directory: CountryDirectory, witness: str, origin: str) -> bool:
    """Whether this node witnesses that log."""
    watched = node_of_log(directory, origin)
    return watched is not None and any(one.code == witness for one in witnesses_of(directory, watched.code))


def witnesses_for(directory: CountryDirectory, address: str) -> tuple[Witness, ...]:
    """Whose cosignatures count under receipts of a member (its address, or one below it): all of other operators.

    Those that left or are assigned no longer count as well: what they saw then stays seen.
    """
    try:
        watched = directory.node_of(address)
    except CodedError:
        return ()
    others = (node for node in directory.nodes.values() if _is_another(node, watched))
    return tuple(Witness(WitnessKey.parse(node.witness_key), node.operator) for node in others)


def _is_another(node: NodeEntry, watched: NodeEntry) -> bool:
    return node.operator != watched.operator and _has_key(node)


def _has_key(node: NodeEntry) -> bool:
    try:
        return bool(WitnessKey.parse(node.witness_key))
    except CodedError:
        return False


def _member_of(directory: CountryDirectory, origin: str) -> MemberEntry | None:
    node = node_of_log(directory, origin)
    if node is None:
        return None
    code = origin.split("/")[1]
    return next((one for one in directory.members.values() if (one.code, one.node) == (code, node.code)), None)
