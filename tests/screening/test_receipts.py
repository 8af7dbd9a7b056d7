"""A receipt says what was found and not of whom, and no byte of it changes unseen."""

from __future__ import annotations

import hashlib
import hmac
import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tajfif.config import Settings
from tajfif.errors import InputError, UsageError
from tajfif.lists.snapshot import BUNDLED
from tajfif.model import Engine, Hit, Name, ScreeningResult, Subject
from tajfif.screening.receipt_files import BatchWriter, prove, read_batch, read_one, write_receipt
from tajfif.screening.receipts import Circumstances, circumstances_of
from tajfif.signing import SigningKey

NAME = "زيد المثالي"
HIT = Hit(
    entity_id="un_sc:XXi.001", schema="Person", caption="INVENTUS NEMO", source="un_sc", reference="XXi.001",
    list_version="2020-01-01/abababababab", score=0.875, name_matched="INVENTUS NEMO", query_name=NAME, alignment=(),
    evidence=(),
)  # fmt: skip


def result(number: int, *, alert: bool = False) -> ScreeningResult:
    return ScreeningResult(
        subject=Subject(id=f"C-{number}", names=(Name(value=NAME),), schema="Person"),
        status="alert" if alert else "clear",
        hits=(HIT,) if alert else (),
        lists=(BUNDLED,),
        engine=Engine(version="1", config=Settings().digest),
    )


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.of_workspace(tmp_path / "home")


@pytest.fixture
def run(tmp_path: Path) -> Circumstances:
    engine = Engine(version="1", config=Settings().digest)
    return circumstances_of(tmp_path / "home", (BUNDLED,), engine, Settings(), lang="en")


@pytest.fixture
def one(tmp_path: Path, key: SigningKey, run: Circumstances) -> Path:
    return write_receipt(tmp_path / "receipts", result(1, alert=True), run, key)


@pytest.fixture
def batch(tmp_path: Path, key: SigningKey, run: Circumstances) -> Path:
    with BatchWriter(tmp_path / "receipts", run, key) as writer:
        for number in range(11):
            writer.add(result(number, alert=number == 3))
    return writer.place


def flips(path: Path, step: int = 1) -> Iterator[tuple[int, int]]:
    """Change each byte of a file in turn, put it back afterwards."""
    whole = path.read_bytes()
    for place in range(0, len(whole), step):
        for flip in (0x01, 0x20):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
            yield place, flip
    path.write_bytes(whole)


def private_of(receipt: Path) -> Path:
    return receipt.with_name(receipt.name.replace(".receipt.", ".private."))


def test_receipt_names_lists_engine_and_answer(one: Path, key: SigningKey) -> None:
    record, seal = map(json.loads, one.read_text(encoding="utf-8").splitlines())
    assert record["format"] == "tajfif-receipt-1"
    (cited,) = record["run"]["lists"]
    assert (cited["source"], cited["sha256"], cited["entries"]) == ("un_sc", BUNDLED.sha256, BUNDLED.entries)
    assert record["run"]["settings"]["threshold"] == 0.7
    assert record["run"]["engine"]["config"] == Settings().digest
    assert record["answer"]["status"] == "alert"
    assert record["answer"]["hits"] == [
        {"entity_id": HIT.entity_id, "list_version": HIT.list_version, "score": HIT.score}
    ]
    assert seal["key"] == key.public.raw.hex()


def test_receipt_does_not_show_who_was_screened(one: Path, batch: Path) -> None:
    for path in (one, batch / "manifest.json", batch / "receipts.jsonl"):
        text = path.read_text(encoding="utf-8")
        assert NAME not in text
        assert "C-1" not in text
    for path in (private_of(one), batch / "private.jsonl"):
        assert NAME in path.read_text(encoding="utf-8")
        if sys.platform != "win32":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_commitment_can_be_computed_by_others(one: Path) -> None:
    record = json.loads(one.read_bytes().splitlines()[0])
    private = json.loads(private_of(one).read_text(encoding="utf-8"))
    subject = json.dumps(private["subject"], ensure_ascii=False, separators=(",", ":")).encode()
    salt = bytes.fromhex(private["salt"])
    assert hmac.digest(salt, b"tajfif-subject-1\n" + subject, hashlib.sha256).hex() == record["answer"]["subject"]


def test_same_subject_is_not_recognised_again(batch: Path) -> None:
    answers = [json.loads(line)["answer"] for line in (batch / "receipts.jsonl").read_text().splitlines()]
    assert len({answer["subject"] for answer in answers}) == len({answer["evidence"] for answer in answers}) == 11


def test_receipt_is_read_with_and_without_its_private_part(one: Path, key: SigningKey) -> None:
    read = read_one(one)
    assert read.signer == key.public
    assert read.private is not None
    private_of(one).unlink()
    assert read_one(one).private is None
    assert read_one(one).answer == read.answer


def test_every_changed_byte_of_a_receipt_is_found(one: Path) -> None:
    for path in (one, private_of(one)):
        for place, flip in flips(path):
            with pytest.raises(InputError):
                raise AssertionError(f"{path.name}: {place} ^ {flip}: {read_one(one)}")
    read_one(one)


def test_every_changed_byte_of_a_proven_receipt_is_found(batch: Path, tmp_path: Path) -> None:
    proven = prove(batch, tmp_path / "proven", subject_id="C-3")
    for path in (proven, private_of(proven)):
        for place, flip in flips(path):
            with pytest.raises(InputError):
                raise AssertionError(f"{path.name}: {place} ^ {flip}: {read_one(proven)}")
    assert read_one(proven).answer.status == "alert"


@pytest.mark.parametrize("name", ["manifest.json", "receipts.jsonl", "private.jsonl"])
def test_changed_bytes_of_a_batch_are_found(batch: Path, name: str) -> None:
    for place, flip in flips(batch / name, step=7):
        with pytest.raises(InputError):
            raise AssertionError(f"{name}: {place} ^ {flip}: {read_batch(batch)}")
    assert len(read_batch(batch).leaves) == 11


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_other_file_is_refused_with_words(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "x.receipt.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_one(path)


def test_private_part_of_another_is_refused(one: Path, tmp_path: Path, key: SigningKey, run: Circumstances) -> None:
    other = write_receipt(tmp_path / "others", result(2), run, key)
    private_of(one).write_bytes(private_of(other).read_bytes())
    with pytest.raises(InputError, match="not what the receipt commits to"):
        read_one(one)


def test_leaves_removed_swapped_or_added_are_found(batch: Path) -> None:
    shown, kept = batch / "receipts.jsonl", batch / "private.jsonl"
    lines, others = shown.read_bytes().splitlines(True), kept.read_bytes().splitlines(True)
    for order in ([*range(10)], [1, 0, *range(2, 11)], [*range(11), 10]):
        shown.write_bytes(b"".join(lines[number] for number in order))
        kept.write_bytes(b"".join(others[number] for number in order))
        with pytest.raises(InputError):
            read_batch(batch)
    shown.write_bytes(b"".join(lines))
    with pytest.raises(InputError, match="not of one length"):
        read_batch(batch)
    kept.unlink()
    assert not read_batch(batch).private


@pytest.mark.parametrize("number", range(11))
def test_each_subject_is_proven(batch: Path, tmp_path: Path, number: int) -> None:
    by_id = read_one(prove(batch, tmp_path / "a", subject_id=f"C-{number}"))
    by_number = read_one(prove(batch, tmp_path / "b", number=number))
    assert by_id == by_number
    assert by_id.private is not None
    assert NAME in bytes(by_id.private.subject).decode()


def test_proof_of_nobody_and_of_several_is_refused(
    batch: Path, tmp_path: Path, key: SigningKey, run: Circumstances
) -> None:
    with pytest.raises(UsageError, match="no subject has the id 'C-99'"):
        prove(batch, tmp_path, subject_id="C-99")
    with pytest.raises(UsageError, match="no subject has the number 11"):
        prove(batch, tmp_path, number=11)
    with BatchWriter(tmp_path / "twice", run, key) as writer:
        for _ in range(2):
            writer.add(result(5))
    with pytest.raises(UsageError, match="2 subjects have the id 'C-5'"):
        prove(writer.place, tmp_path, subject_id="C-5")
    (batch / "private.jsonl").unlink()
    with pytest.raises(UsageError, match="nobody can be found by id"):
        prove(batch, tmp_path, subject_id="C-1")
    assert read_one(prove(batch, tmp_path, number=1)).private is None


def test_broken_off_batch_leaves_nothing(tmp_path: Path, key: SigningKey, run: Circumstances) -> None:
    def broken_off() -> None:
        with BatchWriter(tmp_path / "receipts", run, key) as writer:
            writer.add(result(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert list((tmp_path / "receipts").iterdir()) == []


def test_batch_of_nobody_and_of_one(tmp_path: Path, key: SigningKey, run: Circumstances) -> None:
    for count in (0, 1):
        with BatchWriter(tmp_path / str(count), run, key) as writer:
            for number in range(count):
                writer.add(result(number))
        assert len(read_batch(writer.place).leaves) == count
    assert read_one(prove(writer.place, tmp_path, number=0)).answer.status == "clear"


def test_place_that_cannot_be_written_is_said(tmp_path: Path, key: SigningKey, run: Circumstances) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_receipt(tmp_path / "file", result(1), run, key)
    with pytest.raises(UsageError, match="cannot be written"):
        BatchWriter(tmp_path / "file", run, key)


def test_missing_files_are_said(tmp_path: Path, batch: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_one(tmp_path / "nowhere.receipt.json")
    with pytest.raises(InputError, match="Name its directory"):
        read_one(batch / "manifest.json")
    (batch / "receipts.jsonl").unlink()
    with pytest.raises(InputError, match=r"cannot be read|not of one length"):
        read_batch(batch)
