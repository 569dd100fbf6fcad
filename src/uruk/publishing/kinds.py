"""The kinds of definition that rooms above have contributed, so that frozen ones can be opened again."""

from uruk.definitions.api import Kind
from uruk.kernel.api import CodedError

_KINDS: dict[str, Kind] = {}


def contribute_kind(kind: Kind) -> None:
    """Have a room above open definitions of its kind; contribute in ``AppConfig.ready``."""
    _KINDS[kind.name] = kind


def kinds() -> list[Kind]:
    """All kinds contributed, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]


def kind_named(name: str) -> Kind:
    """The kind of that name; one that nobody contributed: ``publishing.kind_unknown``."""
    if name not in _KINDS:
        raise CodedError("publishing.kind_unknown", kind=name)
    return _KINDS[name]
