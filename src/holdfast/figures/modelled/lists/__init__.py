"""Multiple systems estimation: how many people several linked lists of people may all have missed. Research only.

It needs lists of persons that somebody has linked lawfully; counts from freedom-of-information replies cannot feed it.
`table` reads the lists' overlaps, `loglinear` fits one model, `soundness` says whether a model can be fitted at all,
`choice` and `averaging` go through many models, `resampling` gives intervals that own up to the choosing, `warnings` is
what every result is shown with.
"""
