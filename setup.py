"""For tools that still look for this file: everything is said in setup.cfg."""

from setuptools import setup

setup()
