"""Its sole purpose is to look at pictures: for QR codes, and for words. Loaded where that is on.

It needs the extra `images`. Models are loaded at once and worked by one thread: a reading child
may neither open a file nor start a thread later on.
"""

from __future__ import annotations

import contextlib
import io
import logging
import struct
import warnings
from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from rapidocr import RapidOCR

from casefile.report import FileText

#: Pictures that are searched for codes, and those of them that are searched for words, in a mail.
MAX_PICTURES, MAX_READ = 20, 6
#: Pixels of a picture as it came, and of the longer side of what is looked at.
MAX_PIXELS, LONGEST = 24_000_000, 2_000
#: Smaller than this on a side is a mark or a spy pixel.
SMALLEST = 32
MAX_CODES = 20
MAX_CODE = 4_000

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
#: What Pillow raises on pictures that are damaged.
_DAMAGED = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    struct.error,
)


class Sight:
    """The models, loaded; it gives eyes for each mail."""

    def __init__(self) -> None:
        """Load and warm everything that is needed to look at a picture."""
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        cv2.setNumThreads(0)
        Image.init()
        Image.MAX_IMAGE_PIXELS = None  # it is looked at before a picture is decoded
        self.reader = RapidOCR(
            params={
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Global.log_level": "critical",
            }
        )
        page = Image.new("RGB", (480, 96), "white")
        # Each model is loaded when it is first needed, so there must be words to find.
        font = ImageFont.load_default(32)
        ImageDraw.Draw(page).text((24, 24), "Good morning 123", fill="black", font=font)
        self.reader(np.asarray(page))
        for name in _FORMATS:  # each loads its decoder when it is first used
            written = io.BytesIO()
            page.save(written, name)
            Image.open(io.BytesIO(written.getvalue())).load()
        zxingcpp.read_barcodes(np.asarray(page.convert("L")))

    def eyes(self) -> Look:
        """Give what looks at the pictures of one mail."""
        return Look(self)


class Look:
    """What one mail may still spend on its pictures: counted, so that equal mails read equally."""

    def __init__(self, sight: Sight) -> None:
        """Take the models."""
        self._sight = sight
        self._pictures, self._read = MAX_PICTURES, MAX_READ

    def opened(self, data: bytes) -> Image.Image | None:
        """Give a picture out of a file's bytes; None where it is none, or has too many pixels."""
        return open_picture(data)

    def look(self, bitmap: Image.Image, *, words: bool) -> tuple[FileText, ...] | None:
        """Say what codes, and what words, a picture shows; None where no more may be looked at."""
        if min(bitmap.size) < SMALLEST:
            return ()
        if self._pictures <= 0:
            return None
        self._pictures -= 1
        bitmap = _flat(bitmap)
        bitmap.thumbnail((LONGEST, LONGEST))
        codes = tuple(
            FileText(found_in="qr", text=code.text[:MAX_CODE])
            for code in zxingcpp.read_barcodes(np.asarray(bitmap.convert("L")))[:MAX_CODES]
            if code.text
        )
        if self._read <= 0 or not words:
            return codes
        self._read -= 1
        said = "\n".join(getattr(self._sight.reader(np.asarray(bitmap)), "txts", None) or ())
        return (*codes, FileText(found_in="image", text=said)) if said.strip() else codes


def open_picture(data: bytes) -> Image.Image | None:
    """Give a picture on white ground; None where it is none, or has too many pixels."""
    try:
        with _silence(), Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                return None
            picture.draft("RGB", (LONGEST, LONGEST))
            picture.load()
            return _flat(picture)
    except _DAMAGED:
        return None


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let Pillow not warn of damage: it goes on, and what comes of it is looked at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _flat(picture: Image.Image) -> Image.Image:
    """Give a picture on white ground, without what shines through."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture.convert("RGBA"))
        return ground.convert("RGB")
    return picture.convert("RGB")
