"""Sample data: filled workbooks of ten desks over three months, and the seeded script that makes them."""
