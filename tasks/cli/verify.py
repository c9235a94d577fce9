"""`runbooks verify`: whether anything that was written down was changed afterwards; offline."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tasks.cli.find import find_incident
from tasks.cli.outcome import CLOSED, DEFECT
from tasks.cli.terminal import tell
from tasks.config.settings import settings
from tasks.context import ledger
from tasks.custody.anchors import seals_in
from tasks.custody.archive import MOST_BYTES, unpack
from tasks.custody.examine import Examined, examine, examine_seals
from tasks.custody.keys import PublicKey, known_keys
from tasks.custody.seal import keys_folder
from tasks.errors import InputError
from tasks.ledger.rows import SealRow
from tasks.model.base import Lang, Sentence
from tasks.reporting.templating import in_language

WHOLE = Sentence(zh="没有发现改动", en="nothing was changed")
CHANGED = Sentence(zh="与写下时不同", en="not as it was written")


def verify_one(what: str, anchors: tuple[Path, ...], keys: tuple[Path, ...], *, lang: Lang | None) -> int:
    """Examine an incident of the ledger, or an archive; returns the exit status: 0 if all is as it was written, else 1.

    Args:
        what: id of the incident or of its run; or an archive's path.
        anchors: logs and files with seals that were kept elsewhere.
        keys: public keys that are known from elsewhere.

    Raises:
        InputError: no such incident, no such file, or one that is none of ours.
    """
    anchored, known = _anchored(anchors), _known(keys)
    path = Path(what)
    if path.is_file():
        return _told([_archive(path, anchored, known)], (), lang)
    incident = next((one for one in ledger().incidents() if what in (one.id, one.flow_run_id)), None)
    found = examine(ledger().dossier((incident or find_incident(what)).id), known, anchored)
    return _told([found], (), lang)


def verify_all(anchors: tuple[Path, ...], keys: tuple[Path, ...], *, lang: Lang | None) -> int:
    """Examine every incident of the ledger, and that none is missing; returns the exit status."""
    anchored, known = _anchored(anchors), _known(keys)
    ids = [incident.id for incident in ledger().incidents()]
    examined = (examine(ledger().dossier(each), known, anchored) for each in ids)
    return _told(examined, tuple(examine_seals(ledger().seals(), anchored, set(ids))), lang)


def _archive(path: Path, anchored: tuple[SealRow, ...], known: Mapping[str, PublicKey]) -> Examined:
    with path.open("rb") as file:
        opened = unpack(file.read(MOST_BYTES), known)
    found = examine(opened.dossier, known or opened.keys, anchored)
    own = Sentence(
        zh=f"归档由 {opened.signed_by} 签名，公钥来自归档本身：请与另存的记录核对它的编号。",
        en=f"signed by {opened.signed_by}, whose public half came with the archive: compare its id with what you know.",
    )
    notes = found.notes if known else (*found.notes, own)
    return found.model_copy(update={"problems": (*opened.problems, *found.problems), "notes": notes})


def _anchored(paths: Iterable[Path]) -> tuple[SealRow, ...]:
    return tuple(seal for path in paths for seal in seals_in(_read(path, "--anchor").splitlines()))


def _known(paths: tuple[Path, ...]) -> Mapping[str, PublicKey]:
    try:
        return known_keys(keys_folder(), *paths)
    except (OSError, ValueError) as exc:
        raise InputError("--key", "is no public key; give a .pub file out of the folder of signing keys") from exc


def _read(path: Path, argument: str) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        raise InputError(argument, f"{path} can't be read ({exc.strerror}); name a file") from exc


def _told(examined: Iterable[Examined], more: tuple[Sentence, ...], lang: Lang | None) -> int:
    spoken, wrong = lang or settings().lang, bool(more)
    for each in examined:
        wrong |= bool(each.problems)
        tell(f"{each.incident_id}: {in_language(CHANGED if each.problems else WHOLE, spoken)}", style="bold")
        for line in each.problems:
            tell(f"  ✗ {in_language(line, spoken)}")
        for line in each.notes:
            tell(f"  · {in_language(line, spoken)}")
    for line in more:
        tell(f"✗ {in_language(line, spoken)}", style="bold")
    return DEFECT if wrong else CLOSED
