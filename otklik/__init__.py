"""Otklik: a website live chat, a desk for tasks and contacts, and the integration between them."""

__version__ = "0.1.0"
