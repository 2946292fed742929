"""OpenTelemetry on Lambda: what an application records is sent before the process is frozen."""
