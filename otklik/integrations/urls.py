from django.urls import path

from otklik.integrations.views import account_settings, chat_users, connections, foresight, kind_options

urlpatterns = [
    path("", connections.integrations, name="integrations"),
    path("<int:pk>/", connections.connection, name="connection"),
    path("<int:pk>/news/", connections.news, name="connection_news"),
    path("<int:pk>/switch/", connections.switch, name="connection_switch"),
    path("<int:pk>/receipts/<int:receipt>/attempts/", connections.attempts, name="receipt_attempts"),
    path("<int:pk>/receipts/<int:receipt>/aside/", connections.aside, name="receipt_aside"),
    path("<slug:kind>/options/", kind_options.kind_options_page, name="kind_options"),
    path("<slug:kind>/accounts/<int:pk>/", account_settings.connection_settings, name="connection_settings"),
    path("<slug:kind>/accounts/<int:pk>/users/", chat_users.connection_chat_users, name="connection_chat_users"),
    path("<slug:kind>/accounts/<int:pk>/which-task/", foresight.connection_foresight, name="connection_foresight"),
]
