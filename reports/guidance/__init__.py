"""Technical guidance (技术指导): a call for help in a report, and the bureau's dated answer."""
