"""Finished documents: pages as PDF, made by Typst in memory from what the services hand over."""
