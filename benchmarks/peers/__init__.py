"""The same job as people do it without copydesk; each script runs in an environment of its own."""
