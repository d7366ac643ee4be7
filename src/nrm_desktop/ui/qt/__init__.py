"""The Qt application, threads bridge, models and theme."""
