"""Files on their way out. `scan` refuses what holds more than it shows; `table` writes values and nothing else.

Children's names have left councils and a police force in hidden sheets, pivot caches and columns of workbooks that
looked harmless, more than once after guidance had been written. So the check stands in the way of every answer that is
a file (`web/outgoing.py`), and no workbook that somebody made is ever passed on. Pure: no clock, no Django.
"""
