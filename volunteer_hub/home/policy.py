"""Who may open what at home."""

from volunteer_hub.foundation.policy import STAFF, everybody, everyone_signed_in, only

SEE_FRONT = everybody("see-front")
SEE_NOTICES = everybody("see-notices")  # privacy, accessibility, how we count
SEE_HEALTH = everybody("see-health")  # says only whether the service is well
SEE_METRICS = everybody("see-metrics")  # the door itself asks for the metrics token
SEE_OPENAPI = everybody("see-openapi")
SEE_MINE = everyone_signed_in("see-mine")
SEE_DESK = only("see-desk", *STAFF, scope="read")
