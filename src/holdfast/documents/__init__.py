"""Documents as accessible PDF (PDF/UA-1), set with Typst from plain words.

This room knows no figures and no records: it is handed strings and pictures. A template (`*.typ`) sets them.
"""
