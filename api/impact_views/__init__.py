"""Renderings of an impact answer: what a person, a reviewer, a code scanner or a spreadsheet sees of it."""
