from django.urls import path

from otklik.desk.views import chronicle, comments, contacts, setup, statuses, task, task_list, trash
from otklik.desk.views.management import cards, roles, status_sets
from otklik.desk.views.management import statuses as own_statuses

urlpatterns = [
    path("", chronicle.home, name="home"),
    path("unread/", chronicle.unread, name="unread"),
    path("chronicle/reading/", chronicle.reading, name="chronicle_reading"),
    path("tasks/", task_list.tasks, name="tasks"),
    path("tasks/trash/", trash.trash, name="trash"),
    path("tasks/<int:number>/", task.page, name="task"),
    path("tasks/<int:number>/feed/", task.feed, name="task_feed"),
    path("tasks/<int:number>/earlier/", task.earlier, name="task_earlier"),
    path("tasks/<int:number>/reading/", task.reading, name="task_reading"),
    path("tasks/<int:number>/comments/", comments.comments, name="comments"),
    path("tasks/<int:number>/comments/<int:comment>/sending/", comments.sending, name="sending"),
    path("tasks/<int:number>/status/", statuses.status, name="status"),
    path("tasks/<int:number>/acceptance/", statuses.acceptance, name="acceptance"),
    path("tasks/<int:number>/rejection/", statuses.rejection, name="rejection"),
    path("tasks/<int:number>/trashing/", trash.trashing, name="trashing"),
    path("tasks/<int:number>/restoration/", trash.restoration, name="restoration"),
    path("tasks/<int:number>/purge/", trash.purge, name="purge"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<int:number>/", contacts.card, name="contact"),
    path("contacts/<int:number>/data/", contacts.data, name="contact_data"),
    path("management/", cards.management, name="management"),
    path("management/roles/", roles.roles, name="roles"),
    path("management/statuses/", status_sets.status_sets, name="status_sets"),
    path("management/statuses/<int:pk>/", status_sets.status_set, name="status_set"),
    path("management/statuses/<int:pk>/name/", status_sets.name, name="status_set_name"),
    path("management/statuses/<int:pk>/removal/", status_sets.removal, name="status_set_removal"),
    path("management/statuses/<int:pk>/transitions/", status_sets.transitions, name="transitions"),
    path("management/statuses/<int:pk>/system/", status_sets.system_status, name="system_status"),
    path("management/statuses/<int:pk>/<int:status>/", own_statuses.own_status, name="own_status"),
    path("management/statuses/<int:pk>/<int:status>/place/", own_statuses.place, name="status_place"),
    path("management/statuses/<int:pk>/<int:status>/removal/", own_statuses.removal, name="status_removal"),
    path("setup/<str:token>/", setup.first_admin, name="first_admin"),
]
