"""Our own routes beside Streamlit's; every one stands behind the gate."""

from starlette.routing import BaseRoute

from ui.routes import account, assets, files, imagery, photos, tiles

ROUTES: list[BaseRoute] = [
    *account.ROUTES,
    *assets.ROUTES,
    *files.ROUTES,
    *imagery.ROUTES,
    *photos.ROUTES,
    *tiles.ROUTES,
]
