"""The frame around every page.

The script stands in a folder of its own: beside a folder named ``pages`` Streamlit would run that
folder's files by itself, past sign-in and navigation (tried).
"""
