"""The pages: one file each, ending in PAGE, one line here."""

from ui.pages import confirm, layers, map, overview, people, projects, today, weekly  # noqa: A004
from ui.pages.page import Page

PAGES: tuple[Page, ...] = (
    today.PAGE,
    overview.PAGE,
    confirm.PAGE,
    map.PAGE,
    weekly.PAGE,
    layers.PAGE,
    projects.PAGE,
    people.PAGE,
)
