"""What operators see of the running site: processes, queues, failures, sizes, and pictures of them over time."""
