"""The webhooks of the bench: two kilobytes each, a thousand conversations, every tenth webhook the first of a new one,
one in twenty a repetition."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

PAGE = {"title": "Микрофон петличный BOYA BY-F8C, кардиоидный", "link": "https://shop.example.com/catalog/audio/7247/"}
TEXT = (
    "Здравствуйте! Подскажите, пожалуйста, какой радиус действия у этой петлички и подойдёт ли она к камере? "
    "Нужна доставка в Тверь до пятницы."
)
USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
)


class Conversations:
    """Bodies without end. The same seed gives the same webhooks."""

    def __init__(self, seed: int, known: int) -> None:
        self._random = random.Random(seed)
        self._seed = seed
        self._open = [f"{seed}-{place}" for place in range(known)]
        self._count = 0
        self._messages = 0

    def __iter__(self) -> Iterator[bytes]:
        last = b""
        while True:
            self._count += 1
            if self._count % 20 == 0 and last:
                yield last
            elif self._count % 10 == 5:
                name = f"{self._seed}-new-{self._count}"
                self._open[self._random.randrange(len(self._open))] = name
                last = self.body("chatStarted", name)
                yield last
            else:
                last = self.body("chatFragment", self._random.choice(self._open))
                yield last

    def body(self, event: str, name: str) -> bytes:
        self._messages += 1
        message = {
            "id": f"{self._seed}-m{self._messages}",
            "type": "client",
            "text": TEXT,
            "message": TEXT,
            "createdAt": 1732265114000 + self._messages,
        }
        return json.dumps(
            {
                "eventName": event,
                "hostName": "shop.example.com",
                "account": {"id": "ZRXtestAccount9x"},
                "chatStartedPage": PAGE,
                "client": {
                    "id": f"client-{name}",
                    "chatId": f"chat-{name}",
                    "displayedName": "Медная река",
                    "info": {},
                    "basicInfo": {},
                    "integrationData": {},
                    "ip": "81.2.69.142",
                    "ipAddress": "81.2.69.142",
                    "userAgent": USER_AGENT,
                    "browser": "Chrome 130",
                    "os": "Windows 10",
                    "device": "PC",
                    "source": "widget",
                    "location": {"country": "Russian Federation", "countryCode": "RU", "city": "Moscow"},
                    "pages": [PAGE, PAGE],
                },
                "messages": [message],
                "agents": [],
            },
            ensure_ascii=False,
        ).encode()
