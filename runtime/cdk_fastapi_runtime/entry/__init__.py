"""From the environment to an application that has started: entrypoint, lifespan, snapshots, logging."""
