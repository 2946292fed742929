"""A small Lambda on this machine: the Runtime API, the Extensions API and the Invoke API on one port."""
