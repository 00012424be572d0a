"""Acceptance on site (初验、验收): results by parcel, what to mend, the as-built layer."""
