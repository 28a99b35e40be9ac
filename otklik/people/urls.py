from django.urls import include, path

from otklik.people import views

urlpatterns = [
    path("settings/", views.own_settings, name="own_settings"),
    path("pictures/<str:token>.webp", views.picture, name="picture"),
    path("language/", views.own_language, name="own_language"),
    path("password/reset/", views.lost_password, name="account_reset_password"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
