"""Calls of ours into a map's page, whose values can be nothing but data."""

from __future__ import annotations

import json
import re
from typing import Any

from branca.element import MacroElement
from folium.template import Template

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ODD = re.compile(r"(\\.)|([^a-zA-Z0-9 .,:;()/-])")  # an escape, which stays, or an odd character


def literal(values: Any) -> str:
    """Return values as a JavaScript literal in which no text can be read as anything but text.

    Escaping ``<`` and quotes is not enough: branca compiles every finished script as a **Jinja
    template on the server**, so a village named ``{{ … }}`` would run there (tried), and
    streamlit-folium rewrites words by pattern. So everything in a string that is not plain is
    written as a ``\\uXXXX`` escape, braces and underscores included.
    """

    plain = json.dumps(values, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return STRING.sub(lambda string: f'"{ODD.sub(_escaped, string.group()[1:-1])}"', plain)


def _escaped(found: re.Match[str]) -> str:
    return found.group(1) or f"\\u{ord(found.group(2)):04x}"


class Script(MacroElement):
    """A call of ours into the page; its values enter as ``literal`` and can be nothing but data."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this.call }}({{ this.target() }}, {{ this.values }});
        {% endmacro %}
        """
    )

    def __init__(self, call: str, values: Any) -> None:
        super().__init__()
        self._name = "Script"
        self.call = call
        self.values = literal(values)

    def target(self) -> str:
        """Return the JavaScript name of what this was added to."""
        if self._parent is None:
            raise ValueError("add the script to a map or a group before showing it")
        return str(self._parent.get_name())
