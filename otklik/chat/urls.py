"""The chat's administration, below /chat/."""

from django.urls import path

from otklik.chat.views import consent, conversations, keys, sites

urlpatterns = [
    path("", sites.list_sites, name="home"),
    path("consent/", consent.consent, name="consent"),
    path("sites/", sites.list_sites, name="sites"),
    path("sites/new/", sites.new_site, name="new_site"),
    path("sites/<str:key>/", sites.site, name="site"),
    path("sites/<str:key>/settings/", sites.settings_of, name="site_settings"),
    path("sites/<str:key>/copy/", sites.copy, name="site_copy"),
    path("sites/<str:key>/removal/", sites.removal, name="site_removal"),
    path("sites/<str:key>/keys/", keys.keys, name="site_keys"),
    path("sites/<str:key>/keys/<int:id>/rotation/", keys.rotation, name="site_key_rotation"),
    path("sites/<str:key>/keys/<int:id>/revocation/", keys.revocation, name="site_key_revocation"),
    path("sites/<str:key>/conversations/", conversations.list_conversations, name="conversations"),
    path("sites/<str:key>/conversations/<str:id>/", conversations.conversation, name="conversation"),
    path("sites/<str:key>/conversations/<str:id>/closure/", conversations.closure, name="conversation_closure"),
]
