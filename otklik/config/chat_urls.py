"""The chat's administration: a product of its own with its own sign-in (S04)."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from otklik.config.too_large import too_large
from otklik.live.ticket import ticket

urlpatterns = [
    path("chat/accounts/", include("otklik.people.urls")),
    path("chat/language/", login_not_required(set_language), name="set_language"),
    path("chat/too-large/", too_large, name="too_large"),
    path("chat/live/ticket", ticket, name="live_ticket"),
    path("chat/", include("otklik.chat.urls")),
]

handler400 = "otklik.config.too_large.bad_request"
