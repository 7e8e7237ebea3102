"""The queue of incidents waiting for video response."""
