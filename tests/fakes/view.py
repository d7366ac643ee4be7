"""A view that shows nothing and remembers, in order, what it was told to show."""


class CallLog:
    """Stands for any view: every method call is noted as (name, arguments)."""

    def __init__(self) -> None:
        self.calls: list[tuple] = []

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)

        def note(*arguments, **named) -> None:
            self.calls.append((name, *arguments, *named.items()))

        return note

    def names(self) -> list[str]:
        return [call[0] for call in self.calls]

    def told(self, name: str) -> list[tuple]:
        """The arguments of every call of this name, in order."""
        return [call[1:] for call in self.calls if call[0] == name]

    def last(self, name: str):
        """The first argument of the last call of this name."""
        return self.told(name)[-1][0]

    def forget(self) -> None:
        self.calls.clear()
