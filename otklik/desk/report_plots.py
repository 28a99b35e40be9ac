"""Plots as pictures of one size, in hundredths of their width and height: bars of counts, and a line of medians in the
band that reaches to nine of ten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Names below a plot: as many as a screen has room for, and a phone.
SIGNS, SIGNS_ON_PHONE = 12, 5
# So many signs of numbers side by side have room, and on a phone.
NUMBERED, NUMBERED_ON_PHONE = 75, 30
SECONDS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000,
    864_000, 1_728_000, 4_320_000, 8_640_000,
)  # fmt: skip
LINES = 4


@dataclass(frozen=True)
class Value:
    """One place of a plot. `nine`: where its band ends; None beside a count. `told` is said of it in words."""

    name: str
    value: float | None
    told: str
    link: str = ""
    nine: float | None = None


@dataclass(frozen=True)
class Mark:
    """A bar or a point: its left edge, middle, width, top and height, and what stands at it."""

    left: str
    middle: str
    width: str
    top: str
    height: str
    told: str
    link: str
    number: str = ""
    sign: str = ""
    # On a phone there is no room for it.
    is_number_wide: bool = False
    is_sign_wide: bool = False


@dataclass(frozen=True)
class Tick:
    top: str
    name: str


@dataclass(frozen=True)
class Plot:
    """`lines`, `bands`: points of polylines and polygons, interrupted where nothing is known."""

    key: str
    title: str
    about: str
    ticks: list[Tick]
    marks: list[Mark]
    lines: list[str] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)


def bars(key: str, title: str, about: str, values: list[Value], said: Callable[[float], str]) -> Plot:
    top, ticks = _axis([value.value for value in values], _count_step, said)
    marks = _marks(values, top, number=said)
    return Plot(key, title, about, ticks, marks)


def line(key: str, title: str, about: str, values: list[Value], said: Callable[[float], str]) -> Plot:
    top, ticks = _axis([value.nine for value in values], _seconds_step, said)
    lines, bands = [], []
    for run in _runs(values):
        half = [f"{_middle(place, values)},{_down(values[place].value, top)}" for place in run]
        nine = [f"{_middle(place, values)},{_down(values[place].nine, top)}" for place in reversed(run)]
        lines.append(" ".join(half))
        bands.append(" ".join(half + nine))
    return Plot(key, title, about, ticks, _marks(values, top), lines, bands)


def _marks(values: list[Value], top: float, number: Callable[[float], str] | None = None) -> list[Mark]:
    width, found = 100 / max(1, len(values)), []
    numbers = [number(value.value) if number and value.value else "" for value in values]
    letters = len(values) * max(map(len, numbers), default=0)
    most = max((value.value or 0 for value in values), default=0)
    for place, value in enumerate(values):
        is_highest = value.value == most
        is_numbered = is_highest or letters <= NUMBERED
        wide, narrow = _every(len(values), SIGNS), _every(len(values), SIGNS_ON_PHONE)
        # The names on a phone are some of those on a screen.
        narrow = -(-narrow // wide) * wide
        found.append(
            Mark(
                _hundredths(place * width + width * 0.12),
                _middle(place, values),
                _hundredths(width * 0.76),
                _down(value.value, top),
                _hundredths(100 - float(_down(value.value, top))),
                value.told,
                value.link if value.value is not None else "",
                numbers[place] if is_numbered else "",
                value.name if place % wide == 0 else "",
                not is_highest and letters > NUMBERED_ON_PHONE,
                place % narrow != 0,
            )
        )
    return found


def _axis(
    known: list[float | None], step_of: Callable[[float], float], said: Callable[[float], str]
) -> tuple[float, list[Tick]]:
    most = max((value for value in known if value is not None), default=0) or 1
    step = step_of(most)
    count = max(1, -(-int(most * 1000) // int(step * 1000)))
    top = step * count
    return top, [Tick(_down(step * place, top), said(step * place)) for place in range(count + 1)]


def _count_step(most: float) -> float:
    """The least round number of which few make it."""
    size = 1
    while True:
        for step in (size, size * 2, size * 5):
            if step * LINES >= most:
                return step
        size *= 10


def _seconds_step(most: float) -> float:
    return next((step for step in SECONDS if step * LINES >= most), -(-most // LINES))


def _runs(values: list[Value]) -> Iterator[list[int]]:
    """Places beside each other of which something is known."""
    run: list[int] = []
    for place, value in enumerate(values):
        if value.value is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _every(count: int, room: int) -> int:
    return max(1, -(-count // room))


def _middle(place: int, values: list[Value]) -> str:
    return _hundredths((place + 0.5) * 100 / len(values))


def _down(value: float | None, top: float) -> str:
    """How far below the upper edge."""
    return _hundredths(100 - 100 * (value or 0) / top)


def _hundredths(value: float) -> str:
    return f"{value:.2f}"
