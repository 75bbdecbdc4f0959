"""Programs as users have them, which the jobs about child processes start: scripts, and functions of workers."""
