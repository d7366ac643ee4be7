"""A pseudo-language: accents, brackets and 40 % more length. What has none was not translated."""

import string

ACCENTED = str.maketrans("aeiouncyAEIOUNCY", "áéíöüñçýÁÉÍÖÜÑÇÝ")
MORE = 0.4


class PseudoSay:
    """Speaks every text as its own pseudo-translation (fulfils `Say`)."""

    language = "en"

    def __call__(self, source, /, **params):
        return pseudo(source).format(**params)

    def of(self, _context, source, /, **params):
        return pseudo(source).format(**params)

    def plural(self, one, many, count, /, **params):
        return pseudo(one if count == 1 else many).format(count=count, **params)


def pseudo(source):
    """The pseudo-translation of a text; names in braces stay."""
    parts = []
    for text, name, _, _ in string.Formatter().parse(source):
        parts.append(text.translate(ACCENTED))
        if name:
            parts.append(f"{{{name}}}")
    more = "·" * max(1, round(len(source) * MORE) - 2)
    return f"[{''.join(parts)}{more}]"
