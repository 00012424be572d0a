"""The command line in the reader's language: argparse's own words come from our catalogue."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from gis.language import Text, _, say

UNUSABLE = 2
NEGATIVE = re.compile(r"-\.?\d")

# argparse's messages, by its own English; places for values are argparse's, not ours
OF_ARGPARSE: tuple[Text, ...] = (
    _("usage: "),
    _("options"),
    _("positional arguments"),
    _("show this help message and exit"),
    _("argument %(argument_name)s: %(message)s"),
    _("the following arguments are required: %s"),
    _("one of the arguments %s is required"),
    _("unrecognized arguments: %s"),
    _("expected one argument"),
    _("expected at least one argument"),
    _("expected at most one argument"),
    _("not allowed with argument %s"),
    _("ignored explicit argument %r"),
    _("ambiguous option: %(option)s could match %(matches)s"),
    _("invalid %(type)s value: %(value)r"),
    _("invalid choice: %(value)r (choose from %(choices)s)"),
    _("unknown parser %(parser_name)r (choices: %(choices)s)"),
)


class CommandLine(argparse.ArgumentParser):
    """A parser that answers a mistake with one sentence, as every other mistake is answered."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the options are told."""
        print(say("{mistake}; see {command} --help", mistake=message, command=self.prog),
              file=sys.stderr)  # fmt: skip
        sys.exit(UNUSABLE)


def command_line(prog: str, description: str, commands: Sequence[Any]) -> CommandLine:
    """Return the parser of a program whose commands declare themselves."""
    # argparse looks its words up as ``_`` and ``ngettext`` of its module, that is in the catalogues
    # of the machine, where it has none in Chinese
    argparse.__dict__["_"] = say
    argparse.__dict__["ngettext"] = _one_or_many
    parser = CommandLine(prog=prog, description=description)
    declared = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        command.add_to(declared)
    return parser


def parsed(parser: CommandLine, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for; ``--min-share -5%`` is a value to refuse, not an option."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    joined: list[str] = []
    for word in given:
        is_value = NEGATIVE.match(word) and joined and re.fullmatch(r"--[\w-]+", joined[-1])
        if is_value:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return parser.parse_args(joined)


def _one_or_many(one: str, many: str, count: int) -> str:
    return str(Text(one if count == 1 else many))
