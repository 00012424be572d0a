"""Everything that can be opened or chosen on a page, taken one after another over the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.browser.wire import open_stream, run_page

MOST_OPTIONS = 12  # of one widget: a list of a hundred days is not walked


def every_word(
    address: str, cookies: Mapping[str, str], page: str, query: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Give what a page sends when it is opened, then after each choice of it: (choice, bytes)."""
    frames: list[ForwardMsg] = []
    with open_stream(address, cookies) as stream:
        yield "", run_page(stream, page, query=query, frames=frames)
        for state in choices(frames):
            received = run_page(stream, page, query=query, states=[state])
            yield str(state).replace("\n", " ").strip(), received


def choices(frames: list[ForwardMsg]) -> Iterator[WidgetState]:
    """Give a state for every tab, option and switch that these messages put on the page."""
    tabs: dict[tuple[int, ...], str] = {}
    for message in frames:
        if message.WhichOneof("type") != "delta":
            continue
        path, delta = tuple(message.metadata.delta_path), message.delta
        if delta.WhichOneof("type") == "add_block":
            block = delta.add_block
            kind = block.WhichOneof("type")
            if kind == "tab_container" and block.tab_container.id:
                tabs[path] = block.tab_container.id
            elif kind == "tab" and path[:-1] in tabs:
                yield WidgetState(id=tabs[path[:-1]], string_value=block.tab.label)
            elif kind == "expandable" and getattr(block.expandable, "id", ""):
                yield WidgetState(id=block.expandable.id, bool_value=True)
        elif delta.WhichOneof("type") == "new_element":
            element = delta.new_element
            yield from _of_widget(element.WhichOneof("type") or "", element)


def _of_widget(kind: str, element: Any) -> Iterator[WidgetState]:
    widget = getattr(element, kind, None)
    if kind == "checkbox":
        yield WidgetState(id=widget.id, bool_value=not widget.default)
    elif kind in ("selectbox", "radio"):
        for option in list(widget.options)[:MOST_OPTIONS]:
            yield WidgetState(id=widget.id, string_value=option)
    elif kind == "button_group":
        for option in list(widget.options)[:MOST_OPTIONS]:
            state = WidgetState(id=widget.id)
            state.string_array_value.data.append(option.content)
            yield state
