"""Pictures of a report as shapes with computed coordinates, which the template writes as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

WIDTH: Final = 720.0
LEFT: Final = 56.0
RIGHT: Final = 16.0
TOP: Final = 26.0
BOTTOM: Final = 40.0

Anchor = Literal["start", "middle", "end"]


class Line(NamedTuple):
    """A straight line; `css` names its class."""

    x1: str
    y1: str
    x2: str
    y2: str
    css: str


class Curve(NamedTuple):
    """A line through points, written "x,y x,y"."""

    points: str
    css: str


class Bar(NamedTuple):
    """A filled rectangle with the text shown on pointing at it."""

    x: str
    y: str
    width: str
    height: str
    css: str
    tip: str


class Mark(NamedTuple):
    """A point, drawn as a circle or as a diamond (`points`), with the text shown on pointing at it."""

    x: str
    y: str
    css: str
    tip: str
    points: str = ""


class Label(NamedTuple):
    """A text; its lower edge is at `y`."""

    x: str
    y: str
    text: str
    anchor: Anchor
    css: str = ""


@dataclass(frozen=True)
class Scale:
    """Maps values low..high, in either order, to coordinates start..end; others are drawn at the nearer end."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the coordinate of a value."""
        inside = min(max(value, min(self.low, self.high)), max(self.low, self.high))
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass
class Picture:
    """One picture: what it is called and says, for those who cannot see it too, and its shapes in drawing order."""

    name: str
    title: str
    description: str
    x: Scale
    y: Scale
    height: float
    width: float = WIDTH
    lines: list[Line] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def framed(
        cls,
        name: str,
        *,
        title: str,
        description: str,
        x: tuple[float, float],
        y: tuple[float, float],
        height: float = 320.0,
        left: float = LEFT,
    ) -> "Picture":
        """Return an empty picture whose values x and y fill the frame inside the margins, y upwards."""
        across = Scale(*x, left, WIDTH - RIGHT)
        return cls(name, title, description, across, Scale(*y, height - BOTTOM, TOP), height)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, css: str) -> None:
        """Draw a line between two points given as values."""
        x, y = self.x.at, self.y.at
        self.lines.append(Line(_text(x(x1)), _text(y(y1)), _text(x(x2)), _text(y(y2)), css))

    def curve(self, points: Iterable[tuple[float, float]], *, css: str) -> None:
        """Draw a line through points given as values."""
        pairs = (f"{_text(self.x.at(x))},{_text(self.y.at(y))}" for x, y in points)
        self.curves.append(Curve(" ".join(pairs), css))

    def bar(self, x: tuple[float, float], y: tuple[float, float], *, css: str, tip: str) -> None:
        """Fill the rectangle between two values of x and two of y."""
        across, upwards = sorted(map(self.x.at, x)), sorted(map(self.y.at, y))
        width, height = _text(across[1] - across[0]), _text(upwards[1] - upwards[0])
        self.bars.append(Bar(_text(across[0]), _text(upwards[0]), width, height, css, tip))

    def mark(self, x: float, y: float, *, css: str, tip: str, diamond: bool = False) -> None:
        """Put a point at values x and y."""
        at, up = self.x.at(x), self.y.at(y)
        corners = ((at, up - 5.5), (at + 5.5, up), (at, up + 5.5), (at - 5.5, up))
        points = " ".join(f"{_text(a)},{_text(b)}" for a, b in corners) if diamond else ""
        self.marks.append(Mark(_text(at), _text(up), css, tip, points))

    def axes(self, x: Sequence[tuple[float, str]], y: Sequence[tuple[float, str]], *, x_name: str, y_name: str) -> None:
        """Draw grid lines with their texts at the given values, and the names of both axes."""
        for value, text in y:
            self.line(self.x.low, value, self.x.high, value, css="grid")
            self.labels.append(Label(_text(self.x.start - 8), _text(self.y.at(value) + 4), text, "end"))
        for value, text in x:
            self.labels.append(Label(_text(self.x.at(value)), _text(self.y.start + 18), text, "middle"))
        middle = (self.x.start + self.x.end) / 2
        self.labels.append(Label(_text(middle), _text(self.height - 4), x_name, "middle", "name"))
        if y_name:
            self.labels.append(Label(_text(self.x.start), _text(TOP - 12), y_name, "start", "name"))


def _text(coordinate: float) -> str:
    return f"{coordinate:.1f}"
