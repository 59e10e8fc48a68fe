"""Moved to ccops.source (both store and sources stand on it); this re-export goes when the last import has moved."""

from ccops.source import Intake, Layout, Records, Sample, Source

__all__ = ["Intake", "Layout", "Records", "Sample", "Source"]
