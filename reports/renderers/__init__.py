"""How documents look: one file a format."""

from collections.abc import Callable

from reports.document import Document
from reports.renderers import xlsx

RENDERERS: dict[str, Callable[[Document], bytes]] = {"xlsx": xlsx.render}
