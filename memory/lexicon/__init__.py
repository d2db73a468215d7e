"""The person's words: terms, hints and habits."""
