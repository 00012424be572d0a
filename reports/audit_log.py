"""The audit log as a document: who, when, from where, what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gis.language import say
from parcels.services.read_audit import Entry
from reports.daily import OFFICE_TIME
from reports.document import Column, Document, Stamp, Table


def compose(
    entries: Sequence[Entry], *, period: str, made_at: datetime, audit_head: str
) -> Document:
    """Return the rows, newest first, each with its place in the chain."""
    stamp = Stamp("", "", made_at, audit_head)
    about = ((say("Days"), period), (say("Rows"), str(len(entries))))
    columns = tuple(
        Column(title)
        for title in (
            say("No."),
            say("When"),
            say("Account"),
            say("Full name"),
            say("Address"),
            say("Region"),
            say("Action"),
            say("What happened"),
            say("Hash"),
        )
    )
    rows = tuple(
        (
            str(one.id),
            f"{one.at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M:%S}",
            one.person,
            one.display_name,
            one.address,
            one.region,
            one.action,
            one.happened,
            one.hash[:12],
        )
        for one in entries
    )
    table = Table(say("Audit log"), columns, rows)
    return Document("audit_log", say("Audit log"), stamp, about, (), (table,))
