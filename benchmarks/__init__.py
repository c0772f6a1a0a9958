"""What CORS costs a request: ours, other libraries and hand-written code, measured in one run."""
