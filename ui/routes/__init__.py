"""Plain HTTP routes beside Streamlit's own; each module ends in ``ROUTES``."""
