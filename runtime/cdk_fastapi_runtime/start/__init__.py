"""What a cold start pays before the first request, kept from growing with the application."""
