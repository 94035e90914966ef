"""csbook: record forms of a customer-service team as one system of workbooks."""

__version__ = "0.1.0"
