"""Screens and routes: the only code that knows Streamlit and HTTP."""
