"""The chat's own pages, below /chat/: the console, and the administration of sites."""

from django.urls import path

from otklik.chat.views import consent, console, conversations, handling, keys, looks, sites, speaking, visitor_card

urlpatterns = [
    path("", console.home, name="home"),
    path("chats/", console.chats, name="chats"),
    path("chats/<str:id>/", console.chat, name="chat"),
    path("chats/<str:id>/feed/", console.feed, name="chat_feed"),
    path("chats/<str:id>/messages/", speaking.messages, name="chat_messages"),
    path("chats/<str:id>/messages/<int:number>/text/", speaking.text, name="chat_message_text"),
    path("chats/<str:id>/messages/<int:number>/withdrawal/", speaking.withdrawal, name="chat_message_withdrawal"),
    path("chats/<str:id>/files/", speaking.uploads, name="chat_uploads"),
    path("chats/<str:id>/files/<str:key>/removal/", speaking.removal, name="chat_upload_removal"),
    path("chats/<str:id>/visitor/", visitor_card.visitor, name="chat_visitor"),
    path("chats/<str:id>/assignment/", handling.assignment, name="chat_assignment"),
    path("chats/<str:id>/reading/", handling.reading, name="chat_reading"),
    path("chats/<str:id>/closure/", handling.closure, name="chat_closure"),
    path("chats/<str:id>/block/", handling.block, name="chat_block"),
    path("chats/<str:id>/unblocking/", handling.unblocking, name="chat_unblocking"),
    path("blocked/", handling.blocked, name="blocked"),
    path("consent/", consent.consent, name="consent"),
    path("sites/", sites.list_sites, name="sites"),
    path("sites/new/", sites.new_site, name="new_site"),
    path("sites/<str:key>/", sites.site, name="site"),
    path("sites/<str:key>/settings/", sites.settings_of, name="site_settings"),
    path("sites/<str:key>/copy/", sites.copy, name="site_copy"),
    path("sites/<str:key>/removal/", sites.removal, name="site_removal"),
    path("sites/<str:key>/look/", looks.look, name="site_look"),
    path("sites/<str:key>/preview/<str:language>/", looks.preview, name="site_preview"),
    path("sites/<str:key>/texts/", looks.texts, name="site_texts"),
    path("sites/<str:key>/texts/languages/", looks.new_language, name="new_site_language"),
    path("sites/<str:key>/texts/<str:language>/", looks.texts, name="site_texts_in"),
    path("sites/<str:key>/texts/<str:language>/removal/", looks.language_removal, name="site_language_removal"),
    path("sites/<str:key>/keys/", keys.keys, name="site_keys"),
    path("sites/<str:key>/keys/<int:id>/rotation/", keys.rotation, name="site_key_rotation"),
    path("sites/<str:key>/keys/<int:id>/revocation/", keys.revocation, name="site_key_revocation"),
    path("sites/<str:key>/conversations/", conversations.list_conversations, name="conversations"),
    path("sites/<str:key>/conversations/<str:id>/", conversations.conversation, name="conversation"),
]
