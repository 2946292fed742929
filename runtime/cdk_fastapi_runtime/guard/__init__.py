"""Which operations a function answers."""
