"""The public Chatra API as we serve it. Its words stop here; additions of ours are marked in `additions`."""

from .routes import api

__all__ = ["api"]
