"""What the data folders declare: types, code lists, styles, facts, rule sets; no record of any park."""

from gis_app.catalogue.catalogue import Catalogue, Override, load, program_place
from gis_app.catalogue.code_list import Code, CodeList, Colour, Match, Sansheng, Target, code_list
from gis_app.catalogue.fact import FactDeclaration
from gis_app.catalogue.feature_type import FeatureType, Field
from gis_app.catalogue.layout import Column, Layout, MapLayer
from gis_app.catalogue.parsed import Parsed, parse
from gis_app.catalogue.recognise import Recognition, recognise
from gis_app.catalogue.rule_set import Rule, RuleSet, rule_set
from gis_app.catalogue.scheme import SchemeProposal, propose
from gis_app.catalogue.style import Style, StyleRule
from gis_app.catalogue.table import Table

__all__ = [
    "Catalogue",
    "Code",
    "CodeList",
    "Colour",
    "Column",
    "FactDeclaration",
    "FeatureType",
    "Field",
    "Layout",
    "MapLayer",
    "Match",
    "Override",
    "Parsed",
    "Recognition",
    "Rule",
    "RuleSet",
    "Sansheng",
    "SchemeProposal",
    "Style",
    "StyleRule",
    "Table",
    "Target",
    "code_list",
    "load",
    "parse",
    "program_place",
    "propose",
    "recognise",
    "rule_set",
]
