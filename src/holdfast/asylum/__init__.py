"""A child alone in the country: arrival, claim, lawyer, disputed age, transfer.

So far the room holds its kinds. Whether a child is unaccompanied is a span: opened by `asylum.arrived_alone`, closed by
`asylum.ceased`. Nothing here is readable by immigration enforcement, and no route leads there.

Law: immigration rules 352ZD and 352ZE; Nationality and Borders Act 2022 part 4; Children Act 1989 s20.
"""
