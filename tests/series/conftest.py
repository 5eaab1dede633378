from tests.planning.conftest import begin, day_of, shifts_of, story

__all__ = ["begin", "day_of", "shifts_of", "story"]
