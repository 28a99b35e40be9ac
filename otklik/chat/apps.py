from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "otklik.chat"
    label = "chat"

    def ready(self) -> None:
        from otklik.chat import hearing
        from otklik.live import topics
        from otklik.live.hub import hub

        topics.register("chat", hearing.may_hear_chat)
        topics.register("typing", hearing.may_hear_chat)
        topics.register("chats", hearing.may_hear_chats)
        topics.register("visitors", hearing.may_hear_chats)
        hub.register_look(hearing.LostNotices(hub).look)
