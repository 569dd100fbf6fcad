"""The gallery: every main page of all faces as a picture, in three languages, on a phone and at a desk.

    .venv/bin/python packaging/screenshots.py [FOLDER] [WORD…]

Starts `uruk demo` in a temporary folder, plays its journey, goes on a little as its people would, and looks at each
page as a reader does, into docs/gallery with an index; the pictures of each service go beside its page in
docs/services. With words, only pages whose name has one of them. A picture is taken anew only where its page changed
(gallery_essence.py): what differs by chance between two demonstrations changes no file.
"""

import base64
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gallery_essence import Seen, essence
from gallery_pages import PAGES, Shown
from gallery_services import service_pages
from gallery_world import LANGUAGES, TIMEOUT_MS, Demo, launch, paper_pictures, prepare, running_demo, session
from service_pages import write as write_service_pages

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "docs" / "gallery"
SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1200, "height": 850}}
LONGEST_PX = 2600  # a picture goes no further down: what follows is more of the same
QUALITY = 0.6
# Chromium writes WebP itself: a third of a PNG's weight, and no other program.
TO_WEBP = """async ([png, quality]) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({type: "image/webp", quality});
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}"""


@dataclass
class Album:
    """Where the pictures go, the browser they are taken with, and a page that writes them small."""

    demo: Demo
    browser: Browser
    missing: list[str] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)  # address of each page, from its node's and a language's on
    _press: Page | None = None
    _seen: dict[Path, Seen] = field(default_factory=dict)

    def take(self, page: Page, path: Path) -> None:
        """Take the page down to where it ends, or is more of the same, unless its picture shows it already."""
        page.wait_for_load_state("load")
        if not self.seen(path.parent).is_new(path, essence(page)):
            return
        page.evaluate("document.fonts.ready.then(() => document.activeElement?.blur())")
        width = page.viewport_size["width"] if page.viewport_size else 0
        height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST_PX)
        png = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._small(png))

    def seen(self, folder: Path) -> Seen:
        """What the pictures of a folder were taken of."""
        if folder not in self._seen:
            self._seen[folder] = Seen(folder)
        return self._seen[folder]

    def keep(self) -> None:
        """Write down what every picture was taken of."""
        for one in self._seen.values():
            one.keep()

    def _small(self, png: bytes) -> bytes:
        if self._press is None:
            self._press = self.browser.new_page()
        given = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        return bytes(self._press.evaluate(TO_WEBP, [given, QUALITY]))

    @contextmanager
    def reader(self, who: str, node: str, language: str, size: str) -> Iterator[BrowserContext]:
        """A browser of this size in which this person is signed in at this node; nobody where no name is given."""
        cookies = session(self.demo, self.browser, who, node) if who else None
        context = self.browser.new_context(
            viewport=SIZES[size], locale=language, storage_state=cookies, service_workers="block"
        )
        context.set_default_timeout(TIMEOUT_MS)
        yield context
        context.close()


def shoot(album: Album, pages: Iterable[Shown], folder: Path) -> None:
    """All these pages, in every language and the sizes they are meant for."""
    groups: dict[tuple[str, str, str], list[Shown]] = {}
    for shown in pages:
        for size in shown.sizes:
            groups.setdefault((shown.who, shown.node, size), []).append(shown)
    for (who, node, size), group in groups.items():
        for language in LANGUAGES:
            with album.reader(who, node, language, size) as context:
                page = context.new_page()
                for shown in group:
                    if go(album, page, shown, language):
                        album.take(page, folder / f"{shown.name}.{language}.{size}.webp")
                    else:
                        album.missing.append(f"{shown.name} {language} {size}")


def go(album: Album, page: Page, shown: Shown, language: str) -> bool:
    """Open the page in this language: from an address on, by the links that are named; False where there is none."""
    root = f"{album.demo.urls[shown.node]}{language}/"
    if shown.name in album.found:
        page.goto(root + album.found[shown.name])
        return True
    page.goto(root + shown.path)
    for link in shown.links:
        found = page.locator(link).first
        if not found.count():
            return False
        page.goto(urljoin(page.url, found.get_attribute("href") or ""))
    album.found[shown.name] = page.url.removeprefix(root)
    return True


def index(pages: Iterable[Shown], folder: Path) -> str:
    """The page that shows what was taken: what it is, then the three languages beside each other."""
    lines = [
        "# The gallery",
        "",
        "Every main page, in three languages, on a phone and at a desk, as `make screenshots` makes them from a",
        "demonstration; all people in it are invented. Pictures of each service stand on [its own page](../services).",
        "A picture is taken anew where its page changed: `seen.json` says what each was taken of.",
    ]
    face = ""
    for shown in pages:
        if not all((folder / name).is_file() for name in shown.pictures(LANGUAGES)):
            continue
        if shown.face != face:
            face = shown.face
            lines += ["", f"## {face}"]
        lines += ["", f"### {shown.title}", "", "| العربية | کوردی | English |", "|---|---|---|"]
        for size in shown.sizes:
            cells = [f"![{shown.title}]({shown.name}.{language}.{size}.webp)" for language in LANGUAGES]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(folder: Path, words: list[str]) -> int:
    """Take the pictures; 1 where a page was not to be found."""
    with (
        tempfile.TemporaryDirectory(prefix="uruk-gallery-", ignore_cleanup_errors=True) as temporary,
        running_demo(Path(temporary)) as demo,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        prepare(demo, browser)
        album = Album(demo, browser)
        shoot(album, _wanted(PAGES, words), folder)
        shoot(album, _wanted(service_pages(demo), words), folder.parent / "services" / "pictures")
        if not words:
            paper_pictures(demo, browser, ROOT / "docs" / "pictures")
        album.keep()
        browser.close()
    (folder / "README.md").write_text(index(PAGES, folder), encoding="utf-8")
    write_service_pages()
    for one in album.missing:
        sys.stderr.write(f"not found: {one}\n")
    return 1 if album.missing else 0


def _wanted(pages: Iterable[Shown], words: list[str]) -> list[Shown]:
    return [one for one in pages if not words or any(word in one.name for word in words)]


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else GALLERY
    sys.exit(main(given, sys.argv[2:]))
