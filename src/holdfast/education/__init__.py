"""School, as far as a child who may be missing is concerned: absence without permission, and who was told of it.

Only kinds live here, so read `kinds.py`. The duty to tell the authority after ten school days is in the statutory
guidance on attendance of the Department for Education, and stands as a rule under `duties/statute/england`.
"""
