"""Finding what answers a question."""
