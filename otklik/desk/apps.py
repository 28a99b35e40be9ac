from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "otklik.desk"
    label = "desk"

    def ready(self) -> None:
        from otklik.desk import hearing
        from otklik.desk.scenarios import waking
        from otklik.desk.signals import event_recorded
        from otklik.live import topics
        from otklik.live.hub import hub

        topics.register("task", hearing.may_hear_task)
        topics.register("client-typing", hearing.may_hear_task)
        topics.register("team", hearing.may_hear_task)
        topics.register("tasks", hearing.may_hear_tasks)
        topics.register("employee", hearing.may_hear_employee)
        topics.register("contact", hearing.may_hear_contact)
        hub.register_look(hearing.lost_notices.look)
        event_recorded.connect(waking.wake)
