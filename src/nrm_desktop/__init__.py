"""nrm_desktop: offline-first case tool for National Referral Mechanisms."""

__version__ = "0.1.0"
