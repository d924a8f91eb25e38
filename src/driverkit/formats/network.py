"""A network folder: ``network.yaml``, the hub's theory and those of the members, each in a file of its own.

The file of the network and the common theory are read at once, as each has to fit the other. The
theories of the members and earlier versions of the common one are read when somebody asks for them,
so that looking at one of two hundred members opens two files. Nothing outside the folder is opened,
whatever a file says.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from driverkit.errors import Fault, FormatError
from driverkit.formats.convert import read_network
from driverkit.formats.disk import inside
from driverkit.formats.files import NETWORK_FILES, load
from driverkit.formats.limits import Limits
from driverkit.formats.settings import read_settings
from driverkit.model import LeftOut, Member, Network, Origin, Theory
from driverkit.model.network import evolved

__all__ = ["load_network"]

_DEFAULT = Limits()


def load_network(
    source: str | os.PathLike[str], *, limits: Limits = _DEFAULT, whole: bool = False, go_on: bool = False
) -> Network:
    """A network from its folder, or from the file ``network.yaml`` in it.

    Args:
        source: the path of the folder or of the file.
        limits: how much is read before it is refused; each file by itself is held to it.
        whole: read every file now, so that the faults of all of them are told at once.
        go_on: read every file now, and leave members out whose file is not there or cannot be read;
            ``.left_out`` of the network says who they are and why.

    Raises:
        FormatError: there is no such file, it or the common theory cannot be read, or they do not fit
            each other; ``.faults`` lists every fault with its place. What is wrong in a member's file
            is told when that theory is asked for, or now with ``whole``. With ``go_on`` only what is
            wrong with the hub's own files is told.
    """
    path = _file(Path(source), os.fspath(source))
    name = str(path)
    tree, faults = read_settings(path, limits)
    if tree is None:
        if not len(faults):
            faults.add("The file is empty. It begins with 'driverkit: 1', a title and the hub.", 0)
        raise FormatError(faults)
    read = read_network(tree, faults)
    if read is None:
        raise FormatError(faults)
    values = read.values
    opener = _Opener(str(path.parent), limits)
    named = [(one, Fault("", f"history[{at}]")) for at, one in enumerate(values.get("history", ()))]
    named += [(values["hub"], Fault("", "hub"))] if "hub" in values else []
    of_members = [
        (one.theory, Fault("", f"members[{at}].theory", id=one.id))
        for at, one in enumerate(values.get("members", ()))
        if one.theory is not None
    ]
    named += [] if go_on else of_members
    for one, place in named:
        if (wrong := opener.refused(one)) is not None:
            read.tell(attrs.evolve(place, message=wrong))
    common: Theory | None = None
    others: list[Fault] = []
    if "hub" in values and opener.refused(values["hub"]) is None:
        try:
            common = opener(values["hub"])
        except FormatError as error:
            others.extend(error.faults)
    opened: dict[str, Theory] = {}
    for one in dict.fromkeys(one for one, _ in named if one != values.get("hub")) if whole or go_on else ():
        if opener.refused(one) is None:
            try:
                opened[one] = opener(one)
            except FormatError as error:
                others.extend(error.faults)
    draft = _draft(values, opener, opened)
    for fault in draft.misfits(common=common, unread=read.unread):
        read.tell(fault)
    if len(faults) or others:
        raise FormatError([*faults, *others])
    origin = Origin(
        name, os.path.realpath(path), offsets=read.offsets, line_starts=faults.starts, limits=limits
    )
    network = Network(**values, origin=origin, opener=opener)
    network.memo.update(draft.memo)
    network.memo["opened", values["hub"]] = common
    return (
        _going_on(network, opener, {place.id: read.placed(place) for _, place in of_members})
        if go_on
        else network
    )


def _going_on(network: Network, opener: _Opener, places: Mapping[str | None, Fault]) -> Network:
    """The network without the members whose theory cannot be read; it knows who they are."""
    kept: list[Member] = []
    left_out: list[LeftOut] = []
    opened: dict[Any, Theory] = {}
    for member in network.members:
        source = member.theory
        if isinstance(source, str):
            if (wrong := opener.refused(source)) is not None:
                left_out.append(LeftOut(member, (attrs.evolve(places[member.id], message=wrong),)))
                continue
            try:
                opened["opened", source] = network.theory(member.id)
            except FormatError as error:
                left_out.append(LeftOut(member, tuple(error.faults)))
                continue
        kept.append(member)
    found = evolved(network, members=tuple(kept), left_out=tuple(left_out))
    found.memo.update(opened)
    return found


def _draft(values: dict[str, Any], opener: _Opener, opened: Mapping[str, Theory]) -> Network:
    """A network that was not held to what has to fit, to ask it what does not."""
    draft = object.__new__(Network)
    memo = {("opened", one): theory for one, theory in opened.items()}
    said = {"title": "-", **values, "opener": opener, "memo": memo}
    for field in attrs.fields(Network):
        object.__setattr__(draft, field.name, said.get(field.name, ()))
    return draft


def _file(path: Path, name: str) -> Path:
    try:
        if not path.is_dir():
            return path
        for one in NETWORK_FILES:
            if (path / one).is_file():
                return path / one
    except (OSError, ValueError):
        return path  # the reader says what is wrong with it
    raise FormatError(
        [Fault(f"This folder holds no {NETWORK_FILES[0]}, so it is no network.", line=1, column=1, file=name)]
    )


class _Opener:
    """Reads the theories of a network folder; a value, so that a network can be sent to other processes."""

    def __init__(self, folder: str, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits

    def refused(self, name: str) -> str | None:
        """Why a file is not opened, in a sentence; None where there is no reason."""
        path = inside(self.folder, name)
        if path is None:
            return f"{name!r} leads out of the folder of the network. Put the file itself there, not a link to it."
        if os.path.isdir(path):  # noqa: PTH112 - a text
            return f"{name!r} is a folder, not a theory file."
        if not os.path.isfile(path):  # noqa: PTH113 - a text
            there = "is no plain file" if os.path.exists(path) else "is not in the folder of the network"  # noqa: PTH110
            return f"{name!r} {there}. Put it there, or correct the path."
        return None

    def __call__(self, name: str) -> Theory:
        wrong = self.refused(name)
        if wrong is not None:
            raise FormatError([Fault(wrong, line=1, column=1, file=name)])
        return load(Path(self.folder, *name.replace("\\", "/").split("/")), limits=self.limits)
