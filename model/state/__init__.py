"""What a run holds beside its agents: gains, drawn cards, the ledger of programmes."""
