from django.urls import path

from otklik.integrations.views import connections

urlpatterns = [
    path("", connections.integrations, name="integrations"),
    path("<int:pk>/", connections.connection, name="connection"),
    path("<int:pk>/news/", connections.news, name="connection_news"),
    path("<int:pk>/switch/", connections.switch, name="connection_switch"),
    path("<int:pk>/receipts/<int:receipt>/attempts/", connections.attempts, name="receipt_attempts"),
    path("<int:pk>/receipts/<int:receipt>/aside/", connections.aside, name="receipt_aside"),
]
