"""The pages: one file each, ending in PAGE, one line here."""

from ui.pages import (
    audit,
    confirm,
    imagery,
    layers,
    map,  # noqa: A004
    overview,
    people,
    projects,
    settings,
    today,
    versions,
    weekly,
)
from ui.pages.page import Page

PAGES: tuple[Page, ...] = (
    today.PAGE,
    overview.PAGE,
    confirm.PAGE,
    map.PAGE,
    weekly.PAGE,
    layers.PAGE,
    imagery.PAGE,
    versions.PAGE,
    projects.PAGE,
    people.PAGE,
    settings.PAGE,
    audit.PAGE,
)
