from otklik.integrations.tests.remote import chatra

__all__ = ["chatra"]
