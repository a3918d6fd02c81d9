"""Pictures that say something: a QR code (ISO 18004), or words. For tests alone."""

from __future__ import annotations

import io

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont


def code_of(text: str, scale: int = 6) -> Image.Image:
    """Give a QR code that says a text."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(np.array(code.to_image(scale=scale))).convert("RGB")


def words_of(text: str, size: int = 28) -> Image.Image:
    """Give printed words on white, a line for each line."""
    lines = text.split("\n")
    picture = Image.new(
        "RGB", (max(map(len, lines)) * size + 60, len(lines) * 2 * size + 60), "white"
    )
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).multiline_text((30, 30), text, fill="black", font=font, spacing=size)
    return picture


def written(picture: Image.Image, form: str = "PNG") -> bytes:
    """Give a picture as a file of a form that Pillow knows."""
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()
