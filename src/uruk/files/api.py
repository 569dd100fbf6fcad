"""The door of files: keeping bytes, and letting foreign PDFs and spreadsheets in."""

from uruk.files.facts import PdfFacts
from uruk.files.intake import Limits, examine_upload, intake_pdf
from uruk.files.media import media_of
from uruk.files.naming import names_file
from uruk.files.scanning import Scanner, ScannerAwayError, contribute_scanner, scan_upload
from uruk.files.spreadsheets import SheetLimits, convert_spreadsheet
from uruk.files.store import FileRef, FileStore, require_free_space

__all__ = [
    "FileRef",
    "FileStore",
    "Limits",
    "PdfFacts",
    "Scanner",
    "ScannerAwayError",
    "SheetLimits",
    "contribute_scanner",
    "convert_spreadsheet",
    "examine_upload",
    "intake_pdf",
    "media_of",
    "names_file",
    "require_free_space",
    "scan_upload",
]
