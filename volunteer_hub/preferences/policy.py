"""Who may choose which letters come: everybody with an account, their own."""

from volunteer_hub.foundation.policy import everyone_signed_in

READ_OWN = everyone_signed_in("read-own-letters")
CHOOSE_OWN = everyone_signed_in("choose-own-letters", scope="write")
