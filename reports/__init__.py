"""The reporting loop: daily reports, confirmation, completion, weekly summaries, documents."""
