from importlib import import_module

import pytest

from workers.app import make_celery, task_modules


@pytest.fixture
def celery(committed):
    """The workers' app around a database of its own."""
    for module in task_modules():
        import_module(module)
    return make_celery(committed)
