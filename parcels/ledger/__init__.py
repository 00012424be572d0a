"""The ledger (台账): one row per parcel, who answers for it, where its work came from."""
