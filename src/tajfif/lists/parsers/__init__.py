"""One module a publisher, each turning the publisher's own files into entities.

A parser module has two functions, and nothing else that the rest of the package knows of. Both take the key of the
source, because one publisher's layout can serve several lists; a module that serves one list has it as the default.

- ``collect(path, *, source) -> Collected``: which files at ``path`` belong to the list, and notices on the others.
- ``parse(files, *, source) -> ParsedList``: read those files. Any fault raises :class:`tajfif.errors.ListFormatError`
  that names file and line; nothing half-read is returned.

===================  ==================================================================
module               sources
===================  ==================================================================
``un``               ``un_sc`` (default)
``ofac``             ``us_ofac`` (default), ``us_ofac_cons``; layouts in ``ofac_{csv,xml,advanced}``
``uk_ofsi``          ``uk_ofsi`` (default)
``ca_sema``          ``ca_sema`` (default)
``iq_aml``           ``iq_aml`` (default)
``eu_fsf``           ``eu_fsf`` (default)
``ae_local``         ``ae_local`` (default)
``sa_pcct``          ``sa_pcct`` (default)
``qa_nctc``          ``qa_nctc`` (default)
``eg_mlcu``          ``eg_mlcu`` (default)
``jo_amlu``          ``jo_amlu`` (default)
``tn_cnlct``         ``tn_cnlct`` (default)
``ch_seco``          ``ch_seco`` (default)
``tr_masak``         ``tr_masak`` (default)
``au_dfat``          ``au_dfat`` (default)
``il_nbctf``         ``il_nbctf`` (default)
``ftm``              ``ftm`` (default)
``own``              ``own`` (default), or any key that the user gives to a list of theirs
===================  ==================================================================
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tajfif.model import Entity

__all__ = ["Collected", "ParsedList"]


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a list at a path: by role ("sdn", "alt"), and notices on what was ignored there."""

    files: dict[str, Path]
    notices: tuple[str, ...] = ()


class ParsedList(msgspec.Struct, frozen=True, kw_only=True):
    """What a parser returns.

    Attributes:
        source: Key of the source.
        published: ISO date that the files state; empty when they state none.
        entities: In the order of the files.
        notices: What was read with a reservation ("unreadable birth date kept as text", with the place).
    """

    source: str
    published: str
    entities: tuple[Entity, ...]
    notices: tuple[str, ...] = ()
