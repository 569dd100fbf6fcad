"""The door of definitions: the language in which a country is described."""

from uruk.definitions.blocks import read_entry
from uruk.definitions.closure import files_digest
from uruk.definitions.context import Context, Duration, Kind, Parsed, Parsings
from uruk.definitions.country import Country, Definition
from uruk.definitions.cursor import Cursor, is_code
from uruk.definitions.demo_nodes import DemonstrationNode
from uruk.definitions.differing import Change, differences
from uruk.definitions.entry import Entry
from uruk.definitions.expressions import (
    UNKNOWN,
    Bundle,
    Expression,
    ExpressionError,
    ResultType,
    Unknown,
    compile_expression,
)
from uruk.definitions.fields import PERSONAL_TYPES, Field, Fields, FieldTypeName, PartsError, Validation
from uruk.definitions.findings import Finding, Findings, Place
from uruk.definitions.folder import open_document
from uruk.definitions.journey import JourneyAct, JourneyCase, JourneyDocument, JourneyMessage, JourneyRound
from uruk.definitions.loading import (
    check_country,
    check_files,
    load_country,
    reopen_country,
    reopen_definition,
    survey_country,
)
from uruk.definitions.nodes import ListNode, MapNode, Node, Plain, ScalarNode
from uruk.definitions.parts import Office, SyntheticPerson
from uruk.definitions.population import Community, Home, PersonName, Population
from uruk.definitions.reader import read_yaml
from uruk.definitions.records import FirstRecords
from uruk.definitions.relative import dated
from uruk.definitions.rows import tokens
from uruk.definitions.schema import json_schema
from uruk.definitions.shared import Article, Calendar, Catalogue, Institution, Laws, Role, Shared, Span, Term
from uruk.definitions.texts import Texts, holes
from uruk.definitions.unread import Unread, unread_texts
from uruk.definitions.wording import Difference, Words, tell_differences

__all__ = [
    "PERSONAL_TYPES",
    "UNKNOWN",
    "Article",
    "Bundle",
    "Calendar",
    "Catalogue",
    "Change",
    "Community",
    "Context",
    "Country",
    "Cursor",
    "Definition",
    "DemonstrationNode",
    "Difference",
    "Duration",
    "Entry",
    "Expression",
    "ExpressionError",
    "Field",
    "FieldTypeName",
    "Fields",
    "Finding",
    "Findings",
    "FirstRecords",
    "Home",
    "Institution",
    "JourneyAct",
    "JourneyCase",
    "JourneyDocument",
    "JourneyMessage",
    "JourneyRound",
    "Kind",
    "Laws",
    "ListNode",
    "MapNode",
    "Node",
    "Office",
    "Parsed",
    "Parsings",
    "PartsError",
    "PersonName",
    "Place",
    "Plain",
    "Population",
    "ResultType",
    "Role",
    "ScalarNode",
    "Shared",
    "Span",
    "SyntheticPerson",
    "Term",
    "Texts",
    "Unknown",
    "Unread",
    "Validation",
    "Words",
    "check_country",
    "check_files",
    "compile_expression",
    "dated",
    "differences",
    "files_digest",
    "holes",
    "is_code",
    "json_schema",
    "load_country",
    "open_document",
    "read_entry",
    "read_yaml",
    "reopen_country",
    "reopen_definition",
    "survey_country",
    "tell_differences",
    "tokens",
    "unread_texts",
]
