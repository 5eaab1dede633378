"""Who may look for a stand-in and take a place over: everybody, for themselves.

One's own requests, and those that one is asked by, are told apart in the doors (rules.may_see) and
the actions.
"""

from volunteer_hub.foundation.policy import everyone_signed_in

READ = everyone_signed_in("read-stand-ins")
ASK = everyone_signed_in("ask-for-a-stand-in", scope="write")
TAKE = everyone_signed_in("take-a-place-over", scope="write")
