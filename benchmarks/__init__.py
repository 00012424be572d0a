"""Speed, measured against other tools on the same generated layers: ``python -m benchmarks``."""
