"""What goes, what goes with it, and that it is really gone."""
