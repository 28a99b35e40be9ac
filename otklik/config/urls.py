"""Addresses of the desk, the sign-in and the APIs; the chat's administration has its own in `chat_urls`."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from otklik.chat.api import api as chatra_api
from otklik.chat.views import files, frame, scripts
from otklik.config.health import healthz
from otklik.config.too_large import too_large
from otklik.live.ticket import ticket

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("otklik.people.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("too-large/", too_large, name="too_large"),
    path("live/ticket", ticket, name="live_ticket"),
    path("api/consent/", include("otklik.chat.api.consent")),
    path("api/", chatra_api.urls),
    path("chatra.js", scripts.loader, name="widget_loader"),
    path("chatra-rest.js", scripts.rest, name="widget_rest"),
    path("chatra-frame.js", scripts.frame, name="widget_frame_script"),
    path("chatra-later.js", scripts.later, name="widget_later_script"),
    path("chatra-frame.css", scripts.frame_styles, name="widget_frame_styles"),
    path("widget/frame/", frame.frame, name="widget_frame"),
    path("files/chat/<str:token>/<str:name>", files.handed_out, name="chat_file"),
    path("integrations/", include("otklik.integrations.urls")),
    path("", include("otklik.desk.urls")),
]

handler400 = "otklik.config.too_large.bad_request"
