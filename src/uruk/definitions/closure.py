"""The closure of a definition: the files it rests on, and one digest over them."""

import hashlib
import json
from collections.abc import Collection, Mapping

from uruk.definitions.nodes import MapNode, Node, Plain
from uruk.definitions.reader import read_yaml

DOMAIN = b"uruk/definition/v1\n"


def closure_files(
    files: Mapping[str, bytes], folder: str, catalogues: Collection[str], citations: Collection[str]
) -> dict[str, bytes]:
    """The definition's own files, the catalogues it uses and an excerpt of laws.yaml with the articles it cites.

    `folder` is its path: a folder, or of a single file without `.yaml`.
    """
    closure = {name: data for name, data in files.items() if name.startswith(folder + "/") or name == f"{folder}.yaml"}
    for catalogue in catalogues:
        name = f"catalogues/{catalogue}.yaml"
        if name in files:
            closure[name] = files[name]
    return dict(sorted((closure | cited_laws(files, citations)).items()))


def cited_laws(files: Mapping[str, bytes], citations: Collection[str]) -> dict[str, bytes]:
    """laws.yaml with only the articles cited; nothing where none is, or where there is no such file."""
    if not citations or "laws.yaml" not in files:
        return {}
    return {"laws.yaml": _excerpt(files["laws.yaml"], citations)}


def files_digest(files: Mapping[str, bytes]) -> bytes:
    """SHA-256 over the files by path, each path and content preceded by its length (8 bytes, big-endian)."""
    digest = hashlib.sha256(DOMAIN)
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def _excerpt(data: bytes, citations: Collection[str]) -> bytes:
    """laws.yaml with only what is cited, so that a change to another law leaves the digest alone.

    Written as JSON (which YAML 1.2 reads), keys sorted: the same citations always give the same bytes.
    """
    root, _ = read_yaml(data, "laws.yaml")
    cited: dict[str, list[str]] = {}
    for citation in sorted(citations):
        law, _, article = citation.partition("/")
        cited.setdefault(law, []).append(article)
    laws = {law: {**_plain(root, "laws", law), "articles": articles} for law, articles in cited.items()}
    texts = {law: _texts(_plain(root, "texts", law), articles) for law, articles in cited.items()}
    excerpt = {"uruk": "laws/1", "laws": laws, "texts": texts}
    return json.dumps(excerpt, ensure_ascii=False, indent=1).encode()


def _plain(root: Node | None, *path: str) -> dict[str, Plain]:
    node = root
    for key in path:
        node = node.items.get(key) if isinstance(node, MapNode) else None
    plain = node.plain() if node else None
    return dict(sorted(plain.items())) if isinstance(plain, dict) else {}


def _texts(texts: dict[str, Plain], articles: Collection[str]) -> dict[str, Plain]:
    about = texts.get("articles")
    if not isinstance(about, dict):
        return texts
    return {**texts, "articles": {key: text for key, text in sorted(about.items()) if key in articles}}
