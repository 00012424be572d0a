"""Our own routes beside Streamlit's; every one stands behind the gate."""

from starlette.routing import BaseRoute

# address comes before every module with numbers in its routes: it says what a number is
from ui.routes import (
    account,
    address,
    assets,
    audit,
    cards,
    contradictions,
    day_map,
    drafts,
    files,
    imagery,
    ledger_files,
    once,
    photos,
    plain_report,
    structure_tiles,
    tiles,
)

ROUTES: list[BaseRoute] = [
    *account.ROUTES,
    *assets.ROUTES,
    *audit.ROUTES,
    *cards.ROUTES,
    *files.ROUTES,
    *imagery.ROUTES,
    *contradictions.ROUTES,
    *ledger_files.ROUTES,
    *day_map.ROUTES,
    *drafts.ROUTES,
    *once.ROUTES,
    *photos.ROUTES,
    *plain_report.ROUTES,
    *structure_tiles.ROUTES,
    *tiles.ROUTES,
    *address.LAST_ROUTES,  # after all others
]
