"""Proofs under load, faults and attack: each is one module that measures and prints its figure."""
