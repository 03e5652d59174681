"""Pictures of pages, small enough for a repository."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from riskplatform.browsing.addresses import Place
from riskplatform.browsing.visits import settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

MOST_BYTES: Final = 100_000
COLOURS: Final = (256, 128, 64, 32)
STILL_MS: Final = 1_500  # charts draw themselves in
Theme = Literal["light", "dark"]


class PictureTooLarge(Exception):
    """A picture that is too large even with few colours."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: theme and size of the window."""

    theme: Theme
    width: int
    height: int

    @property
    def name(self) -> str:
        return f"{self.theme}-{self.width}"


LOOKS: Final = tuple(
    Look(theme, width, height) for theme in ("light", "dark") for width, height in ((1440, 900), (1024, 768))
)


def looking(browser: "Browser", look: Look, *, url: str) -> "BrowserContext":
    """Return a visitor with this window, who prefers this theme."""
    return browser.new_context(
        viewport={"width": look.width, "height": look.height}, color_scheme=look.theme, base_url=url
    )


def take(context: "BrowserContext", places: Sequence[Place], *, folder: Path, look: Look) -> list[Path]:
    """Take a picture of each place and return the files.  Raises PictureTooLarge."""
    page, taken = context.new_page(), list[Path]()
    for place in places:
        settle(page, place)
        page.wait_for_timeout(STILL_MS)
        path = folder / f"{place.name}-{look.name}.png"
        path.write_bytes(compressed(page.screenshot(), name=path.name))
        taken.append(path)
    page.close()
    return taken


def compressed(png: bytes, *, name: str) -> bytes:
    """Return the picture with as many of COLOURS as MOST_BYTES allow.  Raises PictureTooLarge."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        whole = picture.convert("RGB")
    for colours in COLOURS:
        kept = io.BytesIO()
        whole.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST_BYTES:
            return kept.getvalue()
    raise PictureTooLarge(f"{name} has {kept.tell()} bytes with {COLOURS[-1]} colours; {MOST_BYTES} are the most")
