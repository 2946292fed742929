"""Keeps the time before the first request from growing with the number of routes and models."""
