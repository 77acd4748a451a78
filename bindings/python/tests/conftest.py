"""What the tests share."""

from __future__ import annotations

from hypothesis import settings

# The machine of a test may be busy; how long a compilation takes is not what is tested.
settings.register_profile("numjit", deadline=None, max_examples=60)
settings.load_profile("numjit")
