"""One application with everything that lazy routes and deferred models could change, asked in two processes."""
