"""Who may see which figures.  Figures are public; numbers of few persons are for staff."""

from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR, everybody, only

READ = everybody("impact.read")
READ_SMALL_GROUPS = only("impact.read_small_groups", COORDINATOR, SUPERVISOR, scope="read")
