"""The version of numexpr that this package stands in for: `numexpr.version`."""

import platform

import numpy

#: Behaviour, exceptions and results are those of this release.
version = "2.14.2"
__version__ = version
numpy_build_version = numpy.__version__
platform_machine = platform.machine()
