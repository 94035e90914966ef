"""Forms: definitions in TOML read into frozen Form and Field objects."""

from csbook.forms.contradictions import Contradictions
from csbook.forms.form import Field, Form
from csbook.forms.load import Definitions, load

__all__ = ["Contradictions", "Definitions", "Field", "Form", "load"]
