"""Marrowshire: a made-up county with a cast, so that everything can be tried without a real child.

`county` tells the stories of the cast, counted back from now; `made_up_return` writes the county's yearly return;
`start` puts both in and says how to sign in. Nobody here is real, no place exists, and the password is made for each
installation. Running it again keeps what was entered.
"""
