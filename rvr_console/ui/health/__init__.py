"""Health: whether services, custody log and evidence store are as they should be."""
