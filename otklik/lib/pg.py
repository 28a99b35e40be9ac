from __future__ import annotations

from django.db import connections
from psycopg.conninfo import make_conninfo

NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def conninfo() -> str:
    """The database of Django's default connection, for those who speak to it by psycopg alone."""
    settings = connections["default"].settings_dict
    given = {name: str(settings[key]) for key, name in NAMES.items() if settings.get(key)}
    return make_conninfo("", **given)
