"""The errors whose message is written for the user."""


class UserError(Exception):
    """Something the user can mend; the message says what, where and what to do."""
