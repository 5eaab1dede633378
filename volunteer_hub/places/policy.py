"""Who may do what with places: everybody finds the way, the administrator lets the tree grow."""

from volunteer_hub.foundation.policy import ADMINISTRATOR, everybody, only

SHOW = everybody("show_place")
ADD = only("add_place", ADMINISTRATOR)
