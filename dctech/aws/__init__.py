"""What runs on Lambda alone: the site behind API Gateway, the schedules, and what other events start."""
