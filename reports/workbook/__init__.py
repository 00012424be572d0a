"""The daily report as an Excel form: prefilled for a township, checked cell by cell when back."""
