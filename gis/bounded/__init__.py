"""What opens content from outside that is no layer: pictures and workbooks, in a bounded child.

The child imports nothing of the house but this package, so that it starts in a tenth of a second.
"""
