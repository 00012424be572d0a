"""The table of benchmark sections; a new one is a module with a ``SECTION`` and a line here."""

from __future__ import annotations

from benchmarks import (
    check,
    cover,
    deadline,
    documents,
    imagery,
    maps,
    register,
    remedies,
    reporting,
    survey_area,
    versions,
)
from benchmarks.section import Section

SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        check.SECTION,
        check.COUNTY_SECTION,
        cover.SECTION,
        survey_area.SECTION,
        remedies.SECTION,
        imagery.SECTION,
        maps.SECTION,
        versions.SECTION,
        register.SECTION,
        deadline.SECTION,
        documents.SECTION,
        reporting.SECTION,
    )
}
