"""From what a person said to what is known of them."""
