"""What the shop's people answer again and again."""

from __future__ import annotations

from otklik.desk.models import QuickReply

# question, answer, group, language
REPLIES = (
    (
        "Приветствие",
        "Здравствуйте, {{Задача.Контрагент.Имя|дорогой гость}}! Меня зовут {{Сотрудник.Имя}}, чем помочь?",
        "Начало и конец", "ru",
    ),
    ("Спасибо и до свидания", "Спасибо, что написали! Если появятся вопросы, мы рядом.", "Начало и конец", "ru"),
    (
        "Сколько стоит доставка?",
        "По городу доставляем за 300 ₽, при заказе от 5 000 ₽ бесплатно. В другие города отправляем службой доставки, "
        "цену назовём по вашему адресу.", "Доставка и оплата", "ru",
    ),
    ("Когда привезут заказ?", "По городу привозим на следующий день, с 10 до 21.", "Доставка и оплата", "ru"),
    ("Как можно заплатить?", "Картой на сайте, переводом или при получении.", "Доставка и оплата", "ru"),
    ("Как вернуть товар?", "Вернуть можно за 14 дней. Напишите номер заказа, и мы всё оформим.", "Возврат", "ru"),
    ("Позовите меня, когда появится", "Записали: обращение № {{Задача.Номер}}. Сообщим сразу.", "Наличие", "ru"),
    (
        "Greeting", "Hello {{Task.Client.Name|and welcome}}! This is {{Employee.Name}}, how can I help?",
        "Beginning and end", "en",
    ),
    ("What does delivery cost?", "In town 300 ₽, free from 5,000 ₽. Where do you live?", "Delivery", "en"),
    ("How do I return something?", "Within 14 days. Write us the number of the order.", "Returns", "en"),
)  # fmt: skip


def make_them() -> None:
    """Once: what people change or put into the archive stays so."""
    if not QuickReply.objects.exists():
        QuickReply.objects.bulk_create(
            QuickReply(question=question, text=text, group=group, language=language)
            for question, text, group, language in REPLIES
        )
