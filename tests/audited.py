"""Every action that the code writes into the audit log, found by an ``ast`` walk."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from reports.supervision.notice import StepKind
from tests.test_architecture import code, tree

RECORDS = ("audit.record", "audit.record_each")
OF_ENUMS = {  # an action that is a member's value: (file, how it is written) → the members
    ("reports/services/move_notice.py", "kind.value"): (
        StepKind.EXTENSION_GRANTED.value,
        StepKind.EXTENSION_REFUSED.value,
    ),
}


def audited() -> Iterator[tuple[str, str]]:
    """Give every (place, action) that the code writes; a pattern ends in *."""
    for file in code():
        if file == "parcels/store/audit.py":
            continue
        for node in ast.walk(tree(file)):
            if not isinstance(node, ast.FunctionDef):
                continue
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in RECORDS:
                    for action in _actions(call.args[2], node, file):
                        yield f"{file}:{call.lineno}", action


def _actions(said: ast.expr, function: ast.FunctionDef, file: str) -> Iterator[str]:
    if isinstance(said, ast.Constant):
        yield str(said.value)
    elif isinstance(said, ast.IfExp):
        yield from _actions(said.body, function, file)
        yield from _actions(said.orelse, function, file)
    elif isinstance(said, ast.JoinedStr):
        first = said.values[0]
        yield f"{first.value}*" if isinstance(first, ast.Constant) else "*"
    elif isinstance(said, ast.Name):
        yield from _named(said.id, function, file)
    else:
        yield from OF_ENUMS.get((file, ast.unparse(said)), (f"? {ast.unparse(said)}",))


def _named(name: str, function: ast.FunctionDef, file: str) -> Iterator[str]:
    """Follow a name to what is assigned to it, or to what callers in the file hand in."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield from _actions(node.value, function, file)
    for node in tree(file).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield from _actions(node.value, function, file)
    names = [argument.arg for argument in function.args.args]
    if name in names:
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function.name:
                yield from _actions(node.args[names.index(name)], function, file)
