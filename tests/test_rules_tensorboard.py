"""The reader of event files: checksums, records that are cut off, numbers, and which files are a run's."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from tests import event_files as files
from wandb_testkit.rules.tensorboard import events, folders, histograms, images, tensors, wire


def test_the_checksum_is_crc32c() -> None:
    # The check value of CRC-32C, masked as TensorFlow does.
    crc = 0xE3069283
    assert wire.masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    assert wire.masked_crc(b"") == files.crc(b"")


def test_records_up_to_the_first_that_is_not_whole() -> None:
    data = files.record(b"one") + files.record(b"two") + files.record(b"three")
    whole = wire.Records(data)
    assert ([*whole], whole.complete) == ([b"one", b"two", b"three"], True)
    for cut in range(1, len(files.record(b"three"))):
        part = wire.Records(data[:-cut])
        assert ([*part], part.complete) == ([b"one", b"two"], False)


@pytest.mark.parametrize("place", [0, 8, 12, -1])
def test_a_record_whose_checksum_is_wrong_is_the_end(place: int) -> None:
    bad = bytearray(files.record(b"two"))
    bad[place] ^= 1
    found = wire.Records(files.record(b"one") + bytes(bad) + files.record(b"three"))
    assert ([*found], found.complete) == ([b"one"], False)


@pytest.mark.parametrize("message", [b"\x08", b"\x0a\x05abc", b"\x0b", b"\x09abc", b"\xff"])
def test_bytes_that_are_no_message(message: bytes) -> None:
    with pytest.raises(wire.Malformed):
        wire.fields(message)


def test_fields_of_every_kind() -> None:
    message = files.field(1, -5) + files.field(2, 1.5) + files.field(3, 2.5, "f") + files.field(4, "text")
    found = wire.fields(message + files.packed(5, [1, -2], "v") + files.packed(6, [0.5, 0.25], "d"))
    assert (wire.integer(found, 1), wire.double(found, 2), wire.floats(found, 3)) == (-5, 1.5, [2.5])
    assert (wire.text(found, 4), wire.integers(found, 5), wire.doubles(found, 6)) == ("text", [1, -2], [0.5, 0.25])
    assert (wire.integer(found, 9), wire.double(found, 9), wire.text(found, 9)) == (0, 0.0, "")


@pytest.mark.parametrize("value", [0.1, 1 / 3, 3.4028234e38, 3.4028234663852886e38, 1e-45, 16777216.0, -2.5, 0.0])
def test_a_single_float_has_the_fewest_digits_that_tell_it(value: float) -> None:
    [single] = struct.unpack("f", struct.pack("f", value))
    short = tensors.as_single(single)
    assert struct.unpack("f", struct.pack("f", short))[0] == single
    assert len(repr(short)) <= len(repr(single))


def test_a_histogram_of_many_bins_keeps_its_sum() -> None:
    edges, weights = [float(index) for index in range(1001)], [float(index % 7) for index in range(1000)]
    found = histograms._logged(edges, weights)
    assert found is not None
    assert (len(found["values"]), len(found["bins"])) == (512, 513)
    assert sum(found["values"]) == pytest.approx(sum(weights))
    assert (found["bins"][0], found["bins"][-1]) == (0.0, 1000.0)


def test_heads_of_images() -> None:
    assert images.head(files.png(5, 4)) == images.Head("png", 5, 4)
    assert images.head(files.gif(3, 2)) == images.Head("gif", 3, 2)
    for data in (
        b"",
        b"GIF89a",
        files.PNG_HEAD,
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0\0\x02",
        b"BM",
        b"II*\0",
        b"RIFF    WEBP",
        b"PPM",
    ):
        assert images.head(data) is None


def test_events_of_one_step_are_one_row_only_while_they_follow_each_other() -> None:
    steps = [(1, "a"), (1, "b"), (2, "a"), (1, "c")]
    found = events.rows((files.event(step, files.scalar(tag, 1)) for step, tag in steps), "")
    assert [(row.step, sorted(row.values)) for row in found] == [(1, ["a", "b"]), (2, ["a"]), (1, ["c"])]


def test_an_image_of_a_format_that_a_release_does_not_know_makes_no_row() -> None:
    bitmap = b"BM" + bytes(16) + struct.pack("<ii", 6, 3)
    images_written = files.image("png", 6, 3, files.png(6, 3)), files.image("bmp", 6, 3, bitmap)
    written = [files.event(step, image) for step, image in enumerate(images_written, 1)]
    for formats, steps in ((images.FORMATS, [1, 2]), (images.OLDER_FORMATS, [1])):
        assert [row.step for row in events.rows(written, "", formats)] == steps


def test_which_root_a_folder_has() -> None:
    def watched(folder: str, time: float, root: str = "") -> folders.Watched:
        return folders.Watched(folder, True, root, time)

    alone = [watched("/a/b/train", 0.0)]
    assert folders.root_of(alone, 0, "/a") == ("/a", False)
    both = [*alone, watched("/a/b/trial", 1.0), watched("/elsewhere", 2.0)]
    assert [folders.root_of(both, index, "/a") for index in range(3)] == [("/a/b", True)] * 3
    inside = [watched("/a/b", 0.0), watched("/a/b/c", 1.0)]
    assert folders.root_of(inside, 1, "/a") == ("/a/b", True)
    # The client has given up waiting for a second folder by then.
    late = [*alone, watched("/a/b/trial", 11.0)]
    assert [folders.root_of(late, index, "/a") for index in range(2)] == [("/a", False), ("/a/b", True)]
    assert folders.root_of([watched("/a/b", 0.0, root="/x")], 0, "/a") == ("/x", True)


def test_what_is_below_a_root() -> None:
    assert folders.below("/a", "/a/b/c") == "b/c"
    assert folders.below("/a", "/a") == ""
    assert folders.below("/x", "/a") is None
    assert folders.below("", "/a/b") == "a/b"


def test_the_first_file_that_was_found_comes_first(tmp_path: Path) -> None:
    for folder in ("1", "events", "z"):
        files.write(str(tmp_path / folder), files.event(1), when=100, host="h")
    found = folders.Files(str(tmp_path), 100.9, "h")
    assert [name.partition("/")[0] for name in found.names()] == ["1", "events", "z"]
    later = folders.Files(str(tmp_path), 100.0, "h", found.names()[1])
    assert [name.partition("/")[0] for name in later.names()] == ["events", "z"]
    assert folders.Files(str(tmp_path), 101.0, "h").names() == []
    assert folders.Files(str(tmp_path), 0.0, "other").names() == []
    assert folders.Files(str(tmp_path / "nowhere"), 0.0, "h").names() == []


def test_a_file_that_cannot_be_read_is_the_last(tmp_path: Path) -> None:
    files.write(str(tmp_path), files.version(), number=0, when=100, host="h")
    os.symlink("nowhere", tmp_path / "events.out.tfevents.0000000100.h.1.1")
    files.write(str(tmp_path), files.version(), number=2, when=100, host="h")
    found = folders.Files(str(tmp_path), 0.0, "h")
    assert len(list(found)) == 1
    assert [Path(path).name[-1] for path in found.read] == ["0", "1"]


def test_numbers_that_are_not_packed() -> None:
    # A parser of protocol buffers has to take both forms, whatever the schema says.
    message = wire.fields(files.field(7, 3) + files.packed(7, [4, -1], "v") + files.field(7, -2))
    assert wire.integers(message, 7) == [3.0, 4.0, -1.0, -2.0]
