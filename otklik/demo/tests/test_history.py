from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from otklik.demo import account, company, history, planned, seed
from otklik.desk import queries, reports, search, task_filter, task_lists
from otklik.desk.actions import company as desk_company
from otklik.desk.actions import indexing, scenarios
from otklik.desk.models import Comment, ContactField, DryRunFiring, Event, Scenario, Source, Task, TaskField
from otklik.desk.scenarios import dry_run, shipped


def test_the_weeks_before_fill_search_and_reports_and_nobodys_chronicle(db: None) -> None:
    company.make_people({})
    made = company.make_company()
    source = Source.objects.create(label="Chatra", name=company.SHOP)
    for _again in range(2):
        history.make(source, made.task_template, made.contact_template, made.answering)

    tasks = Task.objects.filter(source=source)
    assert 100 < tasks.count() < 300 and tasks.filter(completed_at=None).count() == 0
    today = timezone.localdate()
    shown = reports.figures(reports.Asked(today - timedelta(days=27), today))
    assert shown["total"]["chats"] > 90 and 10 < shown["total"]["first_answer"] < 3600
    assert {person["name"] for person in shown["employees"]} == {"Павел Громов", "Алиса Семёнова"}
    assert queries.unread_count(made.answering[0]) == 0
    indexing.catch_up()
    assert search.find(made.owner, "гирлянда", search.Filters()).hits["comment"]
    [lapteva] = search.find(made.owner, "lapteva@veranda", search.Filters()).hits["contact"]
    assert lapteva.employer and lapteva.employer.people.count() == 2
    # As if they had come in one by one.
    one = tasks.order_by("?")[0]
    assert list(one.comments.values_list("number", flat=True)) == list(range(1, one.comment_count + 1))
    assert not Comment.objects.filter(task__in=tasks, at__gt=timezone.now()).exists()


def test_some_tasks_are_planned_by_hand(db: None) -> None:
    company.make_people({})
    made = company.make_company()
    for _again in range(2):
        planned.make(made.owner, made.answering)

    overdue = task_lists.found(made.answering[0], task_filter.read({"due": ["over"]}))
    assert [task.name for task in overdue] == ["Заказать коробки для фонарей"]
    assert Task.objects.count() == len(planned.PLANS)


def test_s17_a_dry_run_has_something_to_tell(db: None) -> None:
    company.make_people({})
    made = company.make_company()
    source = Source.objects.create(label="Chatra", name=company.SHOP)
    history.make(source, made.task_template, made.contact_template, made.answering)
    [values] = [one for one in shipped.left() if one["event"] == "left"]
    scenario = scenarios.make(values, by=made.owner)

    run = dry_run.begin(scenario, by=made.owner)
    while dry_run.step(run.pk):
        pass

    # Every client left before his task was completed.
    assert DryRunFiring.objects.filter(is_sure=True).count() == Task.objects.filter(source=source).count()
    events = list(Event.objects.order_by("number").values_list("at", flat=True))
    assert events == sorted(events)


def test_the_account_has_hours_fields_and_scenarios(db: None) -> None:
    company.make_people({})
    made = company.make_company()
    for _again in range(2):
        account.make(made.owner)

    hours = desk_company.hours()
    assert hours and hours.holidays and TaskField.objects.count() == len(account.TASK_FIELDS)
    assert ContactField.objects.count() == len(account.CONTACT_FIELDS)
    assert Scenario.objects.exists() and shipped.left() == []


def test_reports_compare_sites_sources_and_people(db: None) -> None:
    seed.seed()
    today = timezone.localdate()
    shown = reports.figures(reports.Asked(today - timedelta(days=27), today))

    assert [len(shown[by]) for by in ("sites", "channels", "employees")] == [2, 2, 3]
