"""Words that stand for what a task knows, such as the client's name (§12): `{{Задача.Номер}}`, in English
`{{Task.Number}}`; `{{Task.Client.Name|dear client}}` says what stands there when nothing is known. A part with
punctuation stands in quotes: `{{Задача."Сумма (у.е.)"}}`."""

from .filling import Filled, all_unknown_in, fill, filled, left_in, tells_talk, unknown_in
from .listing import Listed, listed
from .scene import Scene

__all__ = [
    "Filled",
    "Listed",
    "Scene",
    "all_unknown_in",
    "fill",
    "filled",
    "left_in",
    "listed",
    "tells_talk",
    "unknown_in",
]
