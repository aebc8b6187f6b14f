"""The last few of something, by key."""

from collections import OrderedDict
from collections.abc import Hashable


class Recent[K: Hashable, V]:
    """Holds at most `most`; the one longest unused goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return what is held under a key, None where it is not."""
        if key in self._found:
            self._found.move_to_end(key)
        return self._found.get(key)

    def keep(self, key: K, value: V) -> V:
        """Hold a value; gives it back."""
        self._found[key] = value
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return value

    def __len__(self) -> int:
        return len(self._found)
