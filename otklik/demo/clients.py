"""Who wrote to the demo company in the past weeks: some with an e-mail, a phone or a company, as clients are."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from otklik.desk.models import Contact, ContactTemplate

VERANDA, NORTH = "Кафе «Веранда»", "Studio North"
# Name: e-mail, phone, company.
CLIENTS = {
    "Вера Лаптева": ("lapteva@veranda.example", "+7 910 204-11-32", VERANDA),
    "Николай Осин": ("osin.n@post.example", "", ""),
    "Дарья Полякова": ("", "+7 921 330-47-05", ""),
    "Егор Щукин": ("egor@veranda.example", "+7 910 204-11-33", VERANDA),
    "Светлана Рогова": ("rogova@post.example", "+7 903 718-26-40", ""),
    "Антон Жилин": ("", "", ""),
    "Нина Кравец": ("nina.kravets@post.example", "", ""),
    "Глеб Одинцов": ("", "+7 985 402-93-18", ""),
    "Юлия Савина": ("savina@post.example", "+7 916 555-08-71", ""),
    "Виктор Чернов": ("chernov@post.example", "", ""),
    "Зоя Миронова": ("", "+7 963 217-64-09", ""),
    "Роман Дятлов": ("dyatlov@post.example", "", ""),
    "Emma Stone-Field": ("emma@north.example", "+44 20 7946 0182", NORTH),
    "Tom Baker": ("tom@north.example", "", NORTH),
}
COMPANIES = {VERANDA: "+7 910 204-11-30", NORTH: ""}


def make(template: ContactTemplate, at: datetime) -> list[Contact]:
    """In the order of CLIENTS; their companies come with them."""
    numbers = _numbers(len(CLIENTS) + len(COMPANIES))
    of_companies = ContactTemplate.objects.get(key="company")
    companies = Contact.objects.bulk_create(
        Contact(number=numbers.pop(0), name=name, phone=phone, template=of_companies, created_at=at, updated_at=at)
        for name, phone in COMPANIES.items()
    )
    by_name = {company.name: company for company in companies}
    return Contact.objects.bulk_create(
        Contact(
            number=numbers.pop(0), name=name, email=email, phone=phone, company=by_name.get(company),
            template=template, created_at=at, updated_at=at,
        )
        for name, (email, phone, company) in CLIENTS.items()
    )  # fmt: skip


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('desk_contact_number_seq') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]
