"""The ledger, the only system of record, and its tables."""
