"""Characters that show nothing, and so can make two texts that look the same differ."""

import unicodedata

CONTROLS = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
"""Unicode categories that show nothing and may deceive: controls, bidi overrides, zero widths, surrogates."""

DEFAULT_IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""First and last of each range with the property Default_Ignorable_Code_Point: DerivedCoreProperties.txt of Unicode
16.0.0. Variation selectors, Hangul fillers and tags are letters and marks by their category, and show nothing."""

BLANKS = frozenset((0x2800, 0x16FE4, 0x1D159))
"""What is drawn as nothing by its design, though no property says so: Braille's blank pattern, the Khitan filler, the
null notehead (their names in UnicodeData.txt)."""


def is_invisible(character: str) -> bool:
    """Whether nothing is to be seen of a character, blanks that part words aside."""
    number = ord(character)
    hidden = number in BLANKS or any(first <= number <= last for first, last in DEFAULT_IGNORABLE)
    return hidden or unicodedata.category(character) in CONTROLS
