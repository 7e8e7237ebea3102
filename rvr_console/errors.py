"""The error tree.

RvrError
├── KnownError            something outside went wrong; the person is told what happened, what was kept, what to do
│   ├── StorageError      disk full, disk gone, write refused
│   ├── KeyStoreError     no usable keyring, wrong passphrase: fail closed
│   ├── ServiceDownError  CAD, gateway or another program cannot be reached
│   ├── RefusedError      a service or a rule answered no (already taken, link closed, not yours)
│   │   └── AccessDeniedError   the role table says no
│   ├── EvidenceError     a sealed file, envelope or log does not verify or cannot be opened
│   └── UntrustedInputError     a value from outside is malformed, too large or out of order
└── BugError              our own mistake: never caught but at a thread's or process's main
"""


class RvrError(Exception):
    """Root of every error that this project raises."""


class KnownError(RvrError):
    """Something outside went wrong.

    what: one sentence, what happened. kept: what is safe all the same. todo: what the person can do.
    None of the three carries secrets or personal data.
    """

    def __init__(self, what: str, *, kept: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.kept = kept
        self.todo = todo

    def in_words(self) -> str:
        """The three parts as one plain text for a screen or a terminal."""
        return " ".join(part for part in (self.what, self.kept, self.todo) if part)


class StorageError(KnownError):
    """Disk full, disk gone, write refused."""


class KeyStoreError(KnownError):
    """No usable key store, or it stayed locked. The console fails closed."""


class ServiceDownError(KnownError):
    """CAD, gateway or another program of ours cannot be reached."""


class RefusedError(KnownError):
    """A service or a rule answered no."""


class AccessDeniedError(RefusedError):
    """The role table says no."""


class EvidenceError(KnownError):
    """A sealed file, an envelope or a log does not verify or cannot be opened."""


class UntrustedInputError(KnownError):
    """A value from outside is malformed, too large or out of order."""


class BugError(RvrError):
    """Our own mistake. Never caught but at a thread's or process's main."""
