"""Chats of the weeks before: by these the demo's search and reports have something to tell."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from otklik.demo import clients
from otklik.demo.clients import CLIENTS
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.status_moving import status_change
from otklik.desk.models import (
    Comment,
    ContactTemplate,
    Employee,
    Identity,
    Role,
    Source,
    Status,
    Task,
    TaskMember,
    TaskTemplate,
)

WEEKS = 4
A_DAY = 6
# What the client asks and how it is answered.
TALKS = (
    (
        "Здравствуйте! Сколько стоит доставка в Тверь?",
        "Добрый день! До Твери 350 рублей, два-три дня.",
        "А если заказать два фонаря?",
        "Столько же: доставка считается за заказ.",
    ),
    ("Можно ли оплатить картой при получении?", "Да, курьер принимает карты и наличные."),
    (
        "Фонарь «Светлячок» не заряжается.",
        "Жаль это слышать. Горит ли красная точка, когда кабель подключён?",
        "Нет, не горит.",
        "Тогда заменим по гарантии: пришлите, пожалуйста, номер заказа.",
    ),
    ("Есть ли гирлянды тёплого света в наличии?", "Есть, десять метров, отправим сегодня."),
    (
        "Где мой заказ? Обещали вчера.",
        "Проверяем у службы доставки.",
        "Жду.",
        "Заказ в вашем городе, привезут до 18:00.",
    ),
    ("Подойдёт ли колонка для улицы, если дождь?", "Да, она защищена от брызг, но не от ливня."),
    (
        "Do you ship lanterns abroad?",
        "Yes, to most countries; it takes about two weeks.",
        "Great, thank you!",
        "You are welcome.",
    ),
    ("Хочу вернуть покупку, не подошёл цвет.", "Конечно, в течение 14 дней. Заявление вышлем на почту."),
)


# When, and what.
Told = tuple[datetime, Happening]


@dataclass
class Chat:
    client: int
    began_at: datetime
    # From the client or not, text, when.
    lines: list[tuple[bool, str, datetime]]
    completed_at: datetime

    @property
    def left_at(self) -> datetime:
        last = self.lines[-1][2]
        return last + (self.completed_at - last) / 3


def make(
    source: Source,
    task_template: TaskTemplate,
    contact_template: ContactTemplate,
    people: list[Employee],
    *,
    share: int = 1,
) -> None:
    """Once, before anything else came from this site; a few quick statements make all of it. `share`: every so many of
    the chats."""
    if Task.objects.filter(source=source).exists():
        return
    # The same numbers in every demo.
    chance = random.Random(19 + share)
    chats = _chats(chance, timezone.now())[::share]
    identities = _identities(source, contact_template, chats[0].began_at)
    tasks = _tasks(source, task_template, identities, chats)
    assignee = Role.objects.get(key="assignee")
    answering = [chance.choice(people) for _ in tasks]
    TaskMember.objects.bulk_create(
        TaskMember(task=task, role=assignee, employee=who) for task, who in zip(tasks, answering, strict=True)
    )
    comments = [
        Comment(
            task=task, number=number, kind="client" if is_client else "reply", text=text, at=at, written_at=at,
            identity=identities[chat.client] if is_client else None, employee=None if is_client else who, source=source,
            mark="" if is_client else "read",
        )
        for task, chat, who in zip(tasks, chats, answering, strict=True)
        for number, (is_client, text, at) in enumerate(chat.lines, start=1)
    ]  # fmt: skip
    told = [_told(comment) for comment in Comment.objects.bulk_create(comments)]
    for task, chat, who in zip(tasks, chats, answering, strict=True):
        told += _ending(task, chat, who)
    _record(told)


def _chats(chance: random.Random, now: datetime) -> list[Chat]:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    chats = []
    for day in range(WEEKS * 7, 0, -1):
        first = today - timedelta(days=day)
        count = chance.randint(1, 3) if first.weekday() >= 5 else chance.randint(A_DAY - 2, A_DAY + 3)
        for began in sorted(first + timedelta(hours=chance.triangular(6, 18, 10)) for _ in range(count)):
            chats.append(_chat(chance, began))
    return chats


def _chat(chance: random.Random, began: datetime) -> Chat:
    at, lines = began, []
    for place, text in enumerate(chance.choice(TALKS)):
        is_client = place % 2 == 0
        lines.append((is_client, text, at))
        at += timedelta(seconds=chance.lognormvariate(4.6 if is_client else 4.0, 0.9))
    return Chat(chance.randrange(len(CLIENTS)), began, lines, at + timedelta(minutes=chance.randint(5, 300)))


def _identities(source: Source, template: ContactTemplate, at: datetime) -> list[Identity]:
    """Whoever wrote on another site of the demo before is the same contact."""
    known = {
        one.contact.name: one.contact
        for one in Identity.objects.filter(remote_id__startswith="demo-").select_related("contact")
    }
    contacts = [known[name] for name in CLIENTS] if known.keys() >= set(CLIENTS) else clients.make(template, at)
    return Identity.objects.bulk_create(
        Identity(source=source, remote_id=f"demo-{place}", contact=contact, name=contact.name, created_at=at)
        for place, contact in enumerate(contacts)
    )


def _tasks(source: Source, template: TaskTemplate, identities: list[Identity], chats: list[Chat]) -> list[Task]:
    completed = Status.objects.get(set=template.status_set_id, key="completed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('desk_number_seq') FROM generate_series(1, %s)", [len(chats)])
        numbers = [row[0] for row in cursor.fetchall()]
    return Task.objects.bulk_create(
        Task(
            number=number, name=f"{identities[chat.client].name} ({source.label})", status=completed, template=template,
            project=template.project, contact=identities[chat.client].contact, source=source, reason="first",
            created_at=chat.began_at, left_at=chat.left_at, completed_at=chat.completed_at,
        )
        for number, chat in zip(numbers, chats, strict=True)
    )  # fmt: skip


def _told(comment: Comment) -> Told:
    """The first message comes with the task."""
    kind = "task_created" if comment.number == 1 else "client_wrote" if comment.kind == "client" else "reply_heard"
    happening = Happening(
        kind, comment.task_id, comment.task.contact_id, comment.pk, actor_id=comment.employee_id, adds_comment=True
    )
    return comment.at, happening


def _ending(task: Task, chat: Chat, who: Employee) -> list[Told]:
    """The client leaves, and later the task is completed."""
    new = Status.objects.get(set=task.status.set_id, key="new")
    done = Happening("status_changed", task.pk, task.contact_id, actor_id=who.pk, data=status_change(new, task.status))
    return [(chat.left_at, Happening("client_left", task.pk, task.contact_id)), (chat.completed_at, done)]


# Recorded now, they happened then.
THEN = """
UPDATE desk_event e SET at = happened.at
FROM unnest(%(numbers)s::bigint[], %(ats)s::timestamptz[]) AS happened(number, at) WHERE e.number = happened.number;
UPDATE desk_task t SET updated_at = t.completed_at FROM desk_event e
    WHERE e.task_id = t.id AND e.number = ANY(%(numbers)s)
"""


def _record(told: list[Told]) -> None:
    # The numbers of events follow their times.
    told = sorted(told, key=lambda one: one[0])
    record_many([happening for _at, happening in told])
    with connection.cursor() as cursor:
        cursor.execute(THEN, {"numbers": [one.number for _at, one in told], "ats": [at for at, _one in told]})
