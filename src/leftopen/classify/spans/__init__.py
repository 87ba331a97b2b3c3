"""Finding spans of personal data in prose: one module for each way that a span shows itself; ``explain`` joins them."""
