"""Shields and conflicts of interest."""
