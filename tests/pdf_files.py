"""PDF files (ISO 32000) with text on their pages, or a picture, written here for tests."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image


def pdf(*pages: str) -> bytes:
    """Give a PDF file with a page of text for each string, a line for each line."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        lines = "".join(f"({_escaped(line)}) Tj T*\n" for line in text.split("\n"))
        content = f"BT /F1 11 Tf 14 TL 40 780 Td\n{lines}ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R"
            f" >> >> /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    return _file(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(objects: list[str]) -> bytes:
    said = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(said))
        said += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{said}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(said)}\n%%EOF\n"
    ).encode("latin-1")


def pdf_of(picture: Image.Image) -> bytes:
    """Give a PDF file with one page that is a picture."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    image = pypdfium2.PdfImage.new(document)
    image.set_bitmap(pypdfium2.PdfBitmap.from_pil(picture.convert("RGB")))
    width, height = picture.size
    across = 500.0
    image.set_matrix(
        pypdfium2.PdfMatrix().scale(across, across * height / width).translate(40, 300)
    )
    page.insert_obj(image)
    page.gen_content()
    written = io.BytesIO()
    document.save(written)
    document.close()
    return written.getvalue()
