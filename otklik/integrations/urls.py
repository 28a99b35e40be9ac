from django.urls import path

from otklik.integrations.views import (
    account_settings,
    adding,
    chat_users,
    connections,
    consenting,
    foresight,
    kind_options,
    kinds,
    mending,
)

urlpatterns = [
    path("", kinds.integrations, name="integrations"),
    path("<int:pk>/", connections.connection, name="connection"),
    path("<int:pk>/news/", connections.news, name="connection_news"),
    path("<int:pk>/switch/", connections.switch, name="connection_switch"),
    path("<int:pk>/receipts/<int:receipt>/attempts/", connections.attempts, name="receipt_attempts"),
    path("<int:pk>/receipts/<int:receipt>/aside/", connections.aside, name="receipt_aside"),
    path("<int:pk>/gaps/<int:gap>/dismissal/", connections.gap_dismissal, name="gap_dismissal"),
    path("<slug:kind>/", kinds.integration, name="integration"),
    path("<slug:kind>/cards/", kinds.integration_cards, name="integration_cards"),
    path("<slug:kind>/consent/", consenting.integration_consent, name="integration_consent"),
    path("<slug:kind>/accounts/", adding.accounts, name="accounts"),
    path("<slug:kind>/accounts/<int:pk>/webhook/", adding.connection_webhook, name="connection_webhook"),
    path("<slug:kind>/accounts/<int:pk>/reconnection/", mending.reconnection, name="connection_reconnection"),
    path("<slug:kind>/accounts/<int:pk>/removal/", mending.removal, name="connection_removal"),
    path("<slug:kind>/options/", kind_options.kind_options_page, name="kind_options"),
    path("<slug:kind>/accounts/<int:pk>/", account_settings.connection_settings, name="connection_settings"),
    path("<slug:kind>/accounts/<int:pk>/users/", chat_users.connection_chat_users, name="connection_chat_users"),
    path("<slug:kind>/accounts/<int:pk>/which-task/", foresight.connection_foresight, name="connection_foresight"),
]
