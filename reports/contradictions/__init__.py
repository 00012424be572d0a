"""Where a claim and a later look at the ground disagree: a card with two answers."""
