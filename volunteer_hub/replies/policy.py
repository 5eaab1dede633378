"""Who may answer from a letter: whoever holds the link, which is a secret of its own."""

from volunteer_hub.foundation.policy import everybody

ANSWER = everybody("answer-from-letter")
