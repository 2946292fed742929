"""MyApi."""
