"""A child that ends with its parent, however the parent ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def ends_with_us(by: signal.Signals) -> Callable[[], None] | None:
    """For Popen's preexec_fn, which runs after the change of user that would clear the setting.

    The signal comes when the starting thread ends, so start children from the main thread.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def settle() -> None:
        prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)
        # The parent may have ended between fork and prctl: no signal would ever come.
        if os.getppid() != parent:
            os._exit(1)

    return settle
