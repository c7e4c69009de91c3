"""Holdfast keeps hold of children in care who are trafficked, unaccompanied or missing."""
