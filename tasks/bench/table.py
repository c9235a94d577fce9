"""Lines of a table of figures."""

from collections.abc import Sequence

WIDTH = 12  # characters of a column: two more than the longest heading


def aligned(cells: Sequence[str]) -> str:
    """The cells in columns, each at its right edge."""
    return "".join(cell.rjust(WIDTH) for cell in cells)
