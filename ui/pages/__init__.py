"""The pages: one file each, ending in PAGE, one line here."""

from ui.pages import (
    acceptance,
    audit,
    confirm,
    documents,
    guidance,
    imagery,
    judge,
    layers,
    map,  # noqa: A004
    means,
    overview,
    people,
    projects,
    publish,
    remedies,
    settings,
    supervision,
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
    publish.PAGE,
    documents.PAGE,
    supervision.PAGE,
    acceptance.PAGE,
    guidance.PAGE,
    means.PAGE,
    layers.PAGE,
    judge.PAGE,
    remedies.PAGE,
    imagery.PAGE,
    versions.PAGE,
    projects.PAGE,
    people.PAGE,
    settings.PAGE,
    audit.PAGE,
)
