"""How log lines look: readable, one a line, without secrets."""

from typing import cast

import structlog
from structlog.typing import Processor

drop_internals: Processor = structlog.stdlib.ProcessorFormatter.remove_processors_meta
add_level: Processor = structlog.stdlib.add_log_level
add_name: Processor = structlog.stdlib.add_logger_name
render: Processor = cast(Processor, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False))
