"""Documents: what leaves as paper. The report of the national picture, and one child explained in order.

Reports are accessible PDF (PDF/UA-1), set with Typst from plain words: the template is handed strings and pictures and
knows no figures and no records. `explain` tells one child's chronology with the law and who has looked; it is a reading
like any other, needs a tie and is written down first.

Law: UK GDPR article 15 (a person's access to their own record), court practice on chronologies in care proceedings.
"""
