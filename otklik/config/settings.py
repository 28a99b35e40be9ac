"""Every setting of Otklik. What differs between installations comes from `otklik.config.env`."""

from typing import Any

from csp.constants import NONE, SELF

from otklik.config import env

DEBUG = env.flag("OTKLIK_DEBUG")
SECRET_KEY = env.secret_key()
PUBLIC_URL = env.public_url()
FILES_URL = env.files_url()
TRUSTED_PROXIES = env.trusted_proxies()
INTERNAL_HOSTS = env.internal_hosts()
GEO_DB = env.geo_db()
DATA_DIR = env.data_dir()

# Whoever reaches the port may use any name for us: addresses are built from PUBLIC_URL, never from the request.
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# The one list of channels; each entry is an app with a connector.
CONNECTORS = ["otklik.integrations.chatra"]
# Desks that may ask our chat for a consent, and the only addresses to which they may have the answer sent.
CHAT_DESKS: dict[str, dict[str, Any]] = {
    "otklik": {"name": "Otklik", "backs": [f"{PUBLIC_URL}/integrations/chatra/consent/"]}
}
CHATRA_CLOUD = env.text("OTKLIK_CHATRA_CLOUD", "https://app.chatra.io/api")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "ninja",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "otklik.config",
    "otklik.people",
    "otklik.live",
    "otklik.chat",
    "otklik.desk",
    "otklik.integrations",
    *CONNECTORS,
    "otklik.demo",
    "otklik.bench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "otklik.config.files_host.FilesHostMiddleware",
    "otklik.people.public.PublicAddressMiddleware",
    "otklik.people.sides.SideMiddleware",
    "otklik.people.sides.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "otklik.people.sides.FormMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "otklik.people.language.LanguageMiddleware",
    "otklik.people.language.TimezoneMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "otklik.config.urls"
CHAT_URLCONF = "otklik.config.chat_urls"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "otklik.people.sides.side",
            ],
            "builtins": ["lucide.templatetags.lucide"],
        },
    }
]

# A search has a connection of its own, which lasts as long as the search.
DATABASES = {"default": env.database(), "search": env.database() | {"CONN_MAX_AGE": 0, "TEST": {"MIRROR": "default"}}}
SEARCH_DATABASE = "search"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    # Hard to guess on special machines, and four times quicker here than Django's own choice.
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FORM_CLASS = "otklik.people.sign_up.SignUp"
ACCOUNT_FORMS = {"login": "otklik.people.sign_in.SignIn"}
ACCOUNT_ADAPTER = "otklik.people.adapter.Adapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_NAME = "otklik_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *([FILES_URL] if FILES_URL != PUBLIC_URL else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

EMAIL_HOST = env.text("OTKLIK_SMTP_HOST")
EMAIL_PORT = env.number("OTKLIK_SMTP_PORT", 587, 1, 65535)
EMAIL_HOST_USER = env.text("OTKLIK_SMTP_USER")
EMAIL_HOST_PASSWORD = env.secret("OTKLIK_SMTP_PASSWORD")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 15
# Whether that server takes name+anything@example.com for name@example.com.
MAIL_HAS_PLUS = env.flag("OTKLIK_MAIL_PLUS", True)
# Host, port, security, user, password of the mailbox in which answers to mails of sites without their own arrive.
IMAP = env.imap()
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("OTKLIK_MAIL_FROM", "otklik@localhost")

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [env.PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [env.PACKAGE / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "otklik.config.static.HashedStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# What people send each other is for nobody else on this machine.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "otklik.config.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("OTKLIK_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
    },
}

# Whoever commits a reply tries at once to send it; tests send when they say so.
FIRST_ATTEMPTS = True
