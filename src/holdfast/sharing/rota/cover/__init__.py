"""Covers and swaps: asked of named people, and nothing before they accept."""
