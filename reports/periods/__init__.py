"""Week, month and quarter by one engine: what each township and the county did in a period."""
