"""Judgement by imagery (研判): what images show, which inputs are corrected, in which order."""
