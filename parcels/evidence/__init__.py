"""Evidence cards: a parcel from the air, before and after, with figures, verdicts, history."""
