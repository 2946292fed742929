"""The application's routes, and the place around its router."""
