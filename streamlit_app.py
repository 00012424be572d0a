"""The application: ``streamlit run streamlit_app.py``."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.below import Above, Below
from ui.browsers import BrowserSupport
from ui.gate import Gate, language_of
from ui.headers import Headed
from ui.office import lifespan, on_script_error
from ui.routes import ROUTES

app = st.App(
    Path(__file__).parent / "ui" / "shell" / "main.py",
    lifespan=lifespan,
    on_script_error=on_script_error,
    routes=ROUTES,
    middleware=[
        Middleware(Headed),
        Middleware(Below),
        Middleware(Gate),
        Middleware(BrowserSupport, language_of=language_of),
        Middleware(Above),
    ],
)
