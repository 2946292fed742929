"""What stands around the application, outside of its own middleware or inside of it."""
