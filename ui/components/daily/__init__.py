"""The parts of the daily report's form; each saves what it changes into the day's draft."""
