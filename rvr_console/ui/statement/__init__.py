"""The statement beside the call: written, set in pages, frozen; then read and signed (ceremony)."""
