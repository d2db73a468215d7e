"""Carrying memory elsewhere and back."""
