from __future__ import annotations

import pytest
from django.test import Client

from otklik.desk.actions import saved_views
from otklik.desk.actions.saved_views import Wanted
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Event, Group, SavedView
from otklik.desk.task_filter import TaskFilter
from otklik.desk.tests.screens.stage import Writer, signed_in, words

MINE = TaskFilter(people=("me",), waiting=True)


def tabs(browser: Client, query: str = "show=active") -> dict[str, bool]:
    return {tab.name: tab.is_open for tab in browser.get(f"/tasks/?{query}").context["tabs"]}


def test_a_filter_is_kept_under_a_name(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    assert "Save as a view" in words(browser.get("/tasks/?people=me&waiting=1"))

    answer = browser.post("/tasks/views/new/?people=me&waiting=1", {"name": " Mine,  waiting ", "audience": "own"})

    view = SavedView.objects.get()
    assert (view.name, view.filter, view.owner) == ("Mine, waiting", {"people": ["me"], "waiting": ["1"]}, pavel)
    assert answer["Location"] == f"/tasks/?view={view.pk}"
    page = browser.get(answer["Location"])
    assert [row.number for row in page.context["page"].tasks] == [task.number]
    assert tabs(browser, f"view={view.pk}")["Mine, waiting"]
    assert Event.objects.filter(kind="view_saved", actor=pavel).count() == 1


def test_a_shared_view_shows_each_only_what_he_may_see(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    view = saved_views.save(Wanted("Everything", TaskFilter(show="all"), "all"), by=pavel)

    def shown(who: Employee) -> list[int]:
        return [row.number for row in signed_in(who).get(f"/tasks/?view={view.pk}").context["page"].tasks]

    assert (shown(alice), shown(boris)) == ([task.number], [])


def test_a_view_is_offered_to_its_owner_its_group_or_all(
    pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    saved_views.save(Wanted("Own", MINE), by=pavel)
    saved_views.save(Wanted("Of Support", MINE, "group", support.pk), by=pavel)
    saved_views.save(Wanted("Of all", MINE, "all"), by=pavel)

    offered = {who.name: [view.name for view in SavedView.objects.offered_to(who)] for who in (pavel, alice, boris)}
    assert offered == {"Pavel": ["Own", "Of Support", "Of all"], "Alice": ["Of Support", "Of all"], "Boris": ["Of all"]}


def test_nobody_opens_or_changes_the_view_of_another(pavel: Employee, alice: Employee, boris: Employee) -> None:
    own = saved_views.save(Wanted("Own", MINE), by=pavel)
    shared = saved_views.save(Wanted("Shared", MINE, "all"), by=pavel)
    browser = signed_in(alice)

    for rest in ("", "first/", "place/", "removal/"):
        assert browser.post(f"/tasks/views/{own.pk}/{rest}", {"name": "Hers", "audience": "own"}).status_code == 404
    browser.post(f"/tasks/views/{shared.pk}/", {"name": "Hers", "audience": "own"})
    browser.post(f"/tasks/views/{shared.pk}/removal/")
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Own", "Shared"]
    with pytest.raises(NotAllowed):
        saved_views.change(shared, Wanted("His", MINE), by=boris)


def test_an_administrator_puts_shared_views_in_order_and_not_own_ones(pavel: Employee, olga: Employee) -> None:
    own = saved_views.save(Wanted("Own", MINE), by=pavel)
    shared = saved_views.save(Wanted("Shared", MINE, "all"), by=pavel)

    saved_views.delete(shared, by=olga)
    with pytest.raises(NotAllowed):
        saved_views.delete(own, by=olga)


def test_a_view_is_never_for_a_group_of_others(boris: Employee, support: Group) -> None:
    with pytest.raises(Refused) as refused:
        saved_views.save(Wanted("For them", MINE, "group", support.pk), by=boris)
    assert refused.value.field == "audience"
    answer = signed_in(boris).post("/tasks/views/new/", {"name": "x", "audience": f"group-{support.pk}"})
    assert answer.status_code == 422 and not SavedView.objects.exists()


def test_a_name_that_does_not_fit_is_told_beside_its_field(pavel: Employee) -> None:
    browser = signed_in(pavel)
    for name in ("", "  ", "x" * 61):
        answer = browser.post("/tasks/views/new/?people=me", {"name": name, "audience": "own"})
        assert answer.status_code == 422 and answer.context["form"].errors["name"]
    assert not SavedView.objects.exists()


def test_what_is_changed_in_a_view_is_saved_to_it(pavel: Employee) -> None:
    view = saved_views.save(Wanted("Mine", MINE), by=pavel)
    browser = signed_in(pavel)

    page = browser.get(f"/tasks/?people=me&quiet=3&view={view.pk}")
    assert "Save to “Mine”" in words(page) and page.context["query"] == f"people=me&quiet=3&view={view.pk}"
    browser.post(f"/tasks/views/{view.pk}/?people=me&quiet=3", {"name": "Mine, quiet", "audience": "own"})

    view.refresh_from_db()
    assert (view.name, view.filter) == ("Mine, quiet", {"people": ["me"], "quiet": ["3"]})


def test_a_view_narrowed_back_to_everything_active_is_no_longer_the_view(pavel: Employee) -> None:
    view = saved_views.save(Wanted("Mine", MINE), by=pavel)

    page = signed_in(pavel).get(f"/tasks/?show=active&view={view.pk}")

    assert page.context["wanted"] == TaskFilter() and page.context["is_changed"]


def test_tasks_open_with_the_chosen_view(pavel: Employee, alice: Employee) -> None:
    view = saved_views.save(Wanted("Ours", MINE, "all"), by=pavel)
    browser = signed_in(alice)

    browser.post(f"/tasks/views/{view.pk}/first/", {"is_first": "1"})
    assert browser.get("/tasks/")["Location"] == f"/tasks/?view={view.pk}"
    assert browser.get("/tasks/?show=active").status_code == 200

    saved_views.change(view, Wanted("Not hers", MINE), by=pavel)
    assert browser.get("/tasks/").status_code == 200
    saved_views.change(view, Wanted("Ours", MINE, "all"), by=pavel)
    browser.post(f"/tasks/views/{view.pk}/first/", {})
    assert browser.get("/tasks/").status_code == 200


def test_views_are_put_in_order(pavel: Employee) -> None:
    first, second = (saved_views.save(Wanted(name, MINE), by=pavel) for name in ("First", "Second"))
    browser = signed_in(pavel)

    browser.post(f"/tasks/views/{second.pk}/place/", {"to": "left"})
    browser.post(f"/tasks/views/{second.pk}/place/", {"to": "left"})
    assert [view.name for view in SavedView.objects.all()] == ["Second", "First"]
    browser.post(f"/tasks/views/{first.pk}/removal/")
    assert [view.name for view in SavedView.objects.all()] == ["Second"]


def test_a_view_of_what_is_gone_still_opens(pavel: Employee) -> None:
    view = saved_views.save(Wanted("Old", TaskFilter(show="all", status=(999999,), people=("me",))), by=pavel)

    page = signed_in(pavel).get(f"/tasks/?view={view.pk}")

    assert "not there any more" in words(page) and page.context["wanted"].people == ("me",)


def test_there_are_not_more_views_than_a_row_holds(pavel: Employee) -> None:
    for number in range(saved_views.MOST):
        saved_views.save(Wanted(f"View {number}", MINE), by=pavel)
    with pytest.raises(Refused):
        saved_views.save(Wanted("One more", MINE), by=pavel)
