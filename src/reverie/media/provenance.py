"""What a file says of who made it, in words that libraries and networks read: XMP with IPTC's digital source type."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from reverie.media.encoding import Origin

SOURCE_TYPE_KEY = "digital_source_type"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's vocabulary of where pictures come from; its words end the address."""

_BOX = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
"""The name of XMP's box in MP4 (XMP Specification, part 3, ISO base media)."""

_NOTE = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" Iptc4xmpExt:DigitalSourceType="{type}" xmp:CreatorTool="Reverie"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def xmp(origin: Origin) -> bytes:
    """Return an XMP packet that gives the digital source type."""
    return _NOTE.format(type=SOURCE_TYPES + origin).encode()


def note_in_mp4(path: Path, origin: Origin) -> None:
    """Append the note to a finished MP4: a box at the end leaves every offset in the file as it is."""
    packet = xmp(origin)
    with path.open("ab") as file:
        file.write((8 + len(_BOX) + len(packet)).to_bytes(4, "big") + b"uuid" + _BOX + packet)
