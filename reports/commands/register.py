"""What commands that read the register share: the store, the project, who acts on the server."""

from __future__ import annotations

import argparse
from datetime import date
from typing import NamedTuple

from gis.language import Problem, _, say
from parcels.people.actor import Actor, Role
from parcels.projects import Project, project_by_code
from parcels.store.engine import Store, folder_from_environment, open_store
from parcels.store.migrate import migrate


class Register(NamedTuple):
    """The open store, the project asked for, and the bureau's hand on this server."""

    store: Store
    project: Project
    actor: Actor


def add_project(parser: argparse.ArgumentParser) -> None:
    """Let a command ask for its project; with one project nobody has to."""
    parser.add_argument("--project", metavar="CODE", help=say("code of the project"))


def open_register(code: str | None) -> Register:
    """Open the store and the project; raises Problem naming the codes there are."""
    store = open_store(folder_from_environment())
    migrate(store)
    project = project_by_code(store, code)
    return Register(store, project, shell_of(project.region))


def shell_of(region: str) -> Actor:
    """Return the shell on the server as a clerk of the county."""
    return Actor(None, "shell", "shell", Role.BUREAU_CLERK, region, "localhost")


def day_of(text: str) -> date:
    """Return a day written 2026-03-12; raises Problem otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(_("{text} is no day; write it as 2026-03-12.", text=repr(text))) from None
