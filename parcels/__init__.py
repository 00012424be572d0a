"""The register: projects, layers, policies, rules, verdicts, ledger, people and their rights."""
