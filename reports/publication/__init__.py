"""One calibre: figures frozen, reviewed by other people, published once and never changed."""
