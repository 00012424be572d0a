"""Supervision (督查): facts, the ladder of rules over them, notices until they are closed."""
