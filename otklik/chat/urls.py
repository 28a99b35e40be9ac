"""The chat's administration, below /chat/."""

from django.urls import path

from otklik.chat.views import consent, conversations, sites

urlpatterns = [
    path("", sites.list_sites, name="home"),
    path("consent/", consent.consent, name="consent"),
    path("sites/", sites.list_sites, name="sites"),
    path("sites/<str:key>/", sites.site, name="site"),
    path("sites/<str:key>/secret/", sites.secret, name="site_secret"),
    path("sites/<str:key>/conversations/", conversations.list_conversations, name="conversations"),
    path("sites/<str:key>/conversations/<str:id>/", conversations.conversation, name="conversation"),
    path("sites/<str:key>/conversations/<str:id>/closure/", conversations.closure, name="conversation_closure"),
]
