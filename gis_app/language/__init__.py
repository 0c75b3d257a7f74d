"""Message catalogues: a message id with its values becomes a Chinese or an English sentence; nothing else."""

from gis_app.language.message import LANGUAGES, Message, Refused, Words
from gis_app.language.translation import Translation, say, translation

__all__ = ["LANGUAGES", "Message", "Refused", "Translation", "Words", "say", "translation"]
