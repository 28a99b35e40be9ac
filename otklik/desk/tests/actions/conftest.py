from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat

__all__ = ["liza", "oleg", "shop_chat"]
