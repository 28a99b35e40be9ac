from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from otklik.desk import task_filter
from otklik.desk.task_filter import COLUMNS, SHOWS, SORTS, TaskFilter, read

ids = st.lists(st.integers(1, 10**6), max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
people = st.lists(
    st.one_of(st.sampled_from(["me", "nobody"]), st.integers(1, 99).map(lambda pk: f"employee-{pk}")), unique=True
).map(lambda found: tuple(sorted(found)))
days = st.none() | st.dates(date(1970, 1, 1), date(2200, 1, 1))


@st.composite
def filters(draw: st.DrawFn) -> TaskFilter:
    status = draw(ids)
    columns = draw(st.sets(st.sampled_from(COLUMNS), min_size=1))
    return TaskFilter(
        show="all" if status else draw(st.sampled_from(SHOWS)),
        status=status,
        people=draw(people),
        site=draw(ids),
        project=draw(ids),
        assigner=draw(people),
        participant=draw(people),
        template=draw(ids),
        due_since=draw(days),
        due_until=draw(days),
        own=draw(st.sampled_from([(), (("field-3", "Post"),), (("field-12-from", "1 200"), ("field-12-to", "7"))])),
        client=draw(st.integers(0, 10**6)),
        words=draw(st.sampled_from(["", "delivery", "два слова & знак"])),
        waiting=draw(st.booleans()),
        unread=draw(st.booleans()),
        unaccepted=draw(st.booleans()),
        quiet=draw(st.integers(0, 3650)),
        since=draw(days),
        until=draw(days),
        sort=draw(st.sampled_from(SORTS)),
        columns=(*(name for name in COLUMNS if name in columns), *draw(st.sampled_from([(), ("field-12", "field-3")]))),
    )


@given(filters())
def test_an_address_and_a_saved_view_bring_the_same_filter_back(wanted: TaskFilter) -> None:
    assert read(wanted.values) == wanted
    assert read(parse_qs(wanted.query)) == wanted


@given(st.dictionaries(st.sampled_from([*TaskFilter.__annotations__, "other"]), st.lists(st.text(max_size=30))))
def test_whatever_an_address_says_is_a_filter(values: dict[str, list[str]]) -> None:
    wanted = read(values)

    assert read(wanted.values) == wanted


def test_what_is_usual_is_not_said() -> None:
    assert TaskFilter().query == ""
    assert read({"status": ["7"], "show": ["active"]}).query == "status=7"
    assert read({"show": ["mine"]}) == TaskFilter(people=("me",))


def test_what_cannot_be_meant_is_named_and_the_rest_stays() -> None:
    wanted = read(
        {
            "status": ["7", "seven", "9" * 30],
            "people": ["me", "robot-1"],
            "since": ["31.12.2026"],
            "until": ["9999-12-31"],
            "sort": ["sideways"],
            "words": [" two  words\0 "],
        }
    )

    assert set(wanted.odd) == {"status", "people", "since", "until", "sort"}
    assert (wanted.status, wanted.people, wanted.words) == ((7,), ("me",), "two words")


def test_a_filter_of_thousands_of_choices_keeps_the_first() -> None:
    wanted = read({"status": [str(number) for number in range(1, 5000)]})

    assert len(wanted.status) == task_filter.MOST_CHOSEN
