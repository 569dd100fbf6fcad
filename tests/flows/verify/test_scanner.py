"""The scanner in the browser: it agrees with Python on every code, reads pictures and film by itself, opens nothing."""

import base64
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

from tests.flows.browser import ARGUMENTS, CHROMIUM, PHONE, TIMEOUT_MS
from tests.flows.verify.conftest import Office
from uruk.kernel.api import error_sentence

pytestmark = pytest.mark.browser
VECTORS = Path(__file__).parents[2] / "vectors" / "qr.json"
FIELDS = ("exit", "code", "institution", "type", "document", "issued", "expires", "status", "original", "warnings")

JUDGE = (Path(__file__).parent / "judge.js").read_text(encoding="utf-8")
READ = (Path(__file__).parent / "draw.js").read_text(encoding="utf-8")


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    """The verify page in English; service workers stay out of the way."""
    context = browser.new_context(viewport=PHONE, locale="en", service_workers="block")
    context.set_default_timeout(TIMEOUT_MS)
    found = context.new_page()
    found.goto(f"{office.root}en/verify/", wait_until="networkidle")
    yield found
    context.close()


def modules(text: str, **how: Any) -> list[list[int]]:
    """The modules of a code as segno draws it, with its quiet zone."""
    code = segno.make(text, micro=False, **how)
    return [[int(module) for module in row] for row in code.matrix_iter(border=4)]


def seen(page: Page, text: str, *, scale: float = 4, turn: int = 0, lean: float = 0, bend: float = 0, noise: int = 0,
         mirror: bool = False, **how: Any) -> str | None:  # fmt: skip
    """What our decoder reads from the drawn code."""
    drawn = {"modules": modules(text, **how), "scale": scale, "turn": turn, "lean": lean, "bend": bend, "noise": noise}
    return page.evaluate(READ, drawn | {"mirror": mirror})


def png(text: str, scale: int = 5) -> dict[str, Any]:
    """A picture of a code, to choose as a photo."""
    buffer = io.BytesIO()
    segno.make(text, micro=False).save(buffer, kind="png", scale=scale)
    return {"name": "code.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def choose(page: Page, picture: dict[str, Any]) -> str:
    """Choose a photo on the verify page and return the verdict."""
    page.set_input_files("#photo", picture)
    page.wait_for_selector("#result .verdict")
    return page.locator("#result h2").inner_text().replace("\u2068", "").replace("\u2069", "")


def test_browser_and_python_agree_on_every_code(page: Page) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    answers = page.evaluate(JUDGE, {name: vectors[name] for name in ("keys", "lists", "cases")})
    for case, answer in zip(vectors["cases"], answers, strict=True):
        expected = case["expected"]
        assert {name: answer[name] for name in FIELDS} == {name: expected[name] for name in FIELDS}, case["name"]
        assert answer["fields"] == expected["fields"], case["name"]
    assert len(answers) > 50


@pytest.mark.parametrize("error", ["l", "m", "q", "h"])
def test_every_version_of_a_code_is_read(page: Page, error: str) -> None:
    for version in range(1, 41):
        text = "URUK" if version < 3 else f"https://uruk.example/#{'TABLET' * version}"[: 6 + 5 * version]
        assert seen(page, text, scale=3, version=version, error=error, boost_error=False) == text, version


@pytest.mark.parametrize("turn", [0, 7, 30, 45, 90, 133, 180, 251, 300])
def test_a_turned_code_is_read(page: Page, office: Office, turn: int) -> None:
    for scale in (2.5, 4, 6):
        text = office.paper("letter").url
        assert seen(page, text, scale=scale, turn=turn, noise=20, error="m") == text, scale


@pytest.mark.parametrize(("lean", "bend"), [(0.1, 0), (0, 0.02), (0, 0.04), (0.08, 0.03)])
def test_a_leaning_and_a_bent_code_is_read(page: Page, office: Office, lean: float, bend: float) -> None:
    text = office.paper("certificate").url
    assert seen(page, text, scale=5, turn=11, lean=lean, bend=bend, noise=25, error="m") == text


def test_a_mirrored_code_is_read(page: Page) -> None:
    assert seen(page, "https://uruk.example/#MIRROR", mirror=True) == "https://uruk.example/#MIRROR"


@pytest.mark.parametrize(
    "text", ["0123456789" * 9, "ABC 123 $%*+-./:" * 4, "وثيقة رسمية ێۆڕڵ", "https://a.example/#" + "Z2" * 300]
)
def test_every_kind_of_segment_is_read(page: Page, text: str) -> None:
    assert seen(page, text, encoding="utf-8" if not text.isascii() else None) == text


def test_a_damaged_code_is_mended(page: Page) -> None:
    text = "https://uruk.example/#" + "REPAIR" * 20
    drawn = modules(text, error="h", boost_error=False)
    for row in range(20, 26):
        drawn[row][20:30] = [1] * 10
    how = {"modules": drawn, "scale": 4, "turn": 0, "lean": 0, "bend": 0, "noise": 0, "mirror": False}
    assert page.evaluate(READ, how) == text


def test_a_picture_without_a_code_gives_nothing(page: Page) -> None:
    how = {"modules": [[(r * 7 + c * 13) % 3 % 2 for c in range(60)] for r in range(60)], "scale": 5, "turn": 0}
    assert page.evaluate(READ, how | {"lean": 0, "bend": 0, "noise": 30, "mirror": False}) is None


def test_a_photo_of_the_code_is_judged(page: Page, office: Office) -> None:
    assert "Compare" in choose(page, png(office.paper("certificate").url))
    assert "revoked" in choose(page, png(office.paper("revoked").url))


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed: `apt install poppler-utils`")
@pytest.mark.parametrize("name", ["certificate", "letter"])
def test_a_picture_of_the_whole_printed_sheet_is_judged(page: Page, office: Office, tmp_path: Path, name: str) -> None:
    sheet = tmp_path / "sheet"
    subprocess.run(
        ["pdftoppm", "-r", "110", "-png", "-singlefile", str(office.paper(name).path), str(sheet)], check=True
    )
    picture = sheet.with_suffix(".png").read_bytes()
    said = choose(page, {"name": "sheet.png", "mimeType": "image/png", "buffer": picture})
    assert {"certificate": "Compare", "letter": "upload the file"}[name] in said


def test_a_photo_without_a_code_says_so(page: Page) -> None:
    blank = {"name": "blank.png", "mimeType": "image/png", "buffer": base64.b64decode(BLANK)}
    assert error_sentence("portal.photo_without_code", "en", {}) in choose(page, blank)


def test_a_forged_code_that_opens_a_foreign_page_is_warned_of_and_not_opened(page: Page, office: Office) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    foreign = f"https://uruk.example.evil/#{office.paper('certificate').code}"
    said = choose(page, png(foreign))
    assert "do not open its page" in said
    assert "https://uruk.example.evil/" in said
    assert not any("evil" in url for url in asked)
    assert page.url.startswith(office.root)


def test_a_code_that_is_not_ours_is_told_so(page: Page) -> None:
    said = choose(page, png("hello world"))
    assert said
    assert page.locator("#result .verdict.wait").count() == 1


def test_another_answer_takes_the_place_of_the_first(page: Page, office: Office) -> None:
    choose(page, png(office.paper("certificate").url))
    choose(page, png(office.paper("letter").url))
    assert page.locator("#result .verdict").count() == 1


def film(path: Path, text: str) -> Path:
    """A film of a code for Chromium's fake camera: one frame of YUV4MPEG2, which it repeats."""
    width, height, scale = 640, 640, 6
    drawn = modules(text)
    scale = min(scale, height // len(drawn))
    grey = bytearray(b"\xeb" * width * height)
    left = top = (height - len(drawn) * scale) // 2
    for r, row in enumerate(drawn):
        line = b"".join((b"\x10" if module else b"\xeb") * scale for module in row)
        for y in range(top + r * scale, top + (r + 1) * scale):
            grey[y * width + left : y * width + left + len(line)] = line
    frame = bytes(grey) + b"\x80" * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + (b"FRAME\n" + frame) * 4)
    return path


def test_the_camera_reads_a_code(office: Office, tmp_path: Path, browser: Browser) -> None:
    path = film(tmp_path / "code.y4m", office.paper("certificate").url)
    fake = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )
    filming = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *fake])
    try:
        page = filming.new_page(viewport=PHONE, locale="en")
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(f"{office.root}en/verify/", wait_until="networkidle")
        page.click("#film")
        page.wait_for_selector("#result .verdict.good")
        assert "Compare" in page.locator("#result h2").inner_text()
        assert not page.locator("#viewer").is_visible()
        assert page.locator("#film").inner_text() == "Open the camera"
    finally:
        filming.close()


def test_a_refused_camera_is_told(page: Page) -> None:
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = async () => { throw new Error('refused'); }; }")
    page.click("#film")
    page.wait_for_function("document.getElementById('progress').textContent.includes('camera could not be opened')")


def test_each_program_is_small_and_stands_alone() -> None:
    """No build, nothing inline, nothing from elsewhere: plain modules of less than four hundred lines."""
    programs = sorted(Path(finders.find("portal/verify.js")).parent.rglob("*.js"))
    assert len(programs) > 8
    for program in programs:
        text = program.read_text(encoding="utf-8")
        assert text.count("\n") < 400, program
        assert "http://" not in text.replace("http://www.w3.org", ""), program
        assert "eval(" not in text, program


BLANK = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAQAAAC1+jfqAAAAEklEQVR42mP8z8BQz0BFwDhqIAB/lwH/7VSMVgAAAABJRU5ErkJggg=="
