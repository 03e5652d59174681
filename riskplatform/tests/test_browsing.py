"""Which pages there are to be looked at, and how small their pictures get."""

import io
import random
from pathlib import Path

import pytest
from django.urls import URLPattern
from PIL import Image

from riskplatform.browsing import addresses, pictures
from riskplatform.browsing.addresses import NO_PAGES, pages, screens
from riskplatform.urls import urlpatterns


def test_a_feature_s_screens_are_found_by_its_own_declaration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "symbol").mkdir()
    (tmp_path / "symbol" / "screen.ts").write_text('{ path: "symbols/:symbol" },\n{ path: "symbols/:symbol/past/:id" }')
    monkeypatch.setattr(addresses, "FEATURES", tmp_path)

    found = screens(alert=7, symbol="M&M")

    assert [(one.name, one.address) for one in found] == [
        ("symbols-symbol", "/app/symbols/M%26M"),
        ("symbols-symbol-past-id", "/app/symbols/M%26M/past/7"),
    ]


def test_every_feature_declares_a_screen_that_is_found() -> None:
    features = {folder.name for folder in addresses.FEATURES.iterdir() if (folder / "screen.ts").is_file()}

    assert len(screens(alert=1, symbol="NIFTY")) >= len(features) > 0


def test_every_route_of_a_page_is_looked_at_or_has_a_reason_why_not() -> None:
    routes = {one.name for one in urlpatterns if isinstance(one, URLPattern) and one.name}
    wanted = {name for name in routes if not name.startswith("api-")} - NO_PAGES.keys()

    assert {place.name.removeprefix("page-") for place in pages(alert=1)} == wanted
    assert NO_PAGES.keys() <= routes


def png(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def test_a_picture_keeps_its_size_and_its_colours() -> None:
    picture = Image.new("RGB", (1440, 900), (16, 24, 32))
    picture.paste((200, 40, 40), (100, 100, 400, 300))

    small = pictures.compressed(png(picture), name="a.png")

    with Image.open(io.BytesIO(small)) as seen:
        assert (seen.size, seen.convert("RGB").getpixel((200, 200))) == ((1440, 900), (200, 40, 40))
    assert len(small) <= pictures.MOST_BYTES


def test_a_picture_that_stays_too_large_is_refused_by_name() -> None:
    noise = Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(3 * 600 * 600))

    with pytest.raises(
        pictures.PictureTooLarge, match=r"noise\.png has \d+ bytes with 32 colours; 100000 are the most"
    ):
        pictures.compressed(png(noise), name="noise.png")
