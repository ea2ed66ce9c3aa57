"""What AssemblyAI's service takes and says: the fields of a submission and of a transcript."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

SCHEMA = "Invalid endpoint schema, please refer to documentation for examples."
MODELS = ("universal-3-pro", "universal-2", "universal-3-5-pro", "assemblyai-stt-3-7")
_FIELD_NAMES = (
    "audio_url speech_models speech_model language_code language_detection language_confidence_threshold"
    " language_detection_options language_codes punctuate format_text speaker_labels speakers_expected"
    " speaker_options multichannel disfluencies filter_profanity keyterms_prompt prompt temperature"
    " remove_audio_tags custom_spelling audio_start_from audio_end_at speech_threshold webhook_url"
    " webhook_auth_header_name webhook_auth_header_value domain redact_pii redact_pii_audio"
    " redact_pii_policies redact_pii_sub sentiment_analysis entity_detection auto_highlights content_safety"
    " iab_categories speech_understanding summarization summary_model summary_type auto_chapters"
)
FIELDS = frozenset(_FIELD_NAMES.split())
_TRUTHS = ("language_detection", "punctuate", "format_text", "speaker_labels", "multichannel", "disfluencies")


def refusal(wanted: Any) -> str | None:
    """Why a submission is refused with status 400; None where it is taken."""
    if not isinstance(wanted, dict) or not isinstance(wanted.get("audio_url"), str):
        return SCHEMA
    if "word_boost" in wanted or "boost_param" in wanted:
        return "word_boost is no longer supported, use prompt or keyterms_prompt"
    if set(wanted) - FIELDS or any(not isinstance(wanted.get(name, True), bool | None) for name in _TRUTHS):
        return SCHEMA
    return _wrong_models(wanted) or _wrong_language(wanted) or _wrong_speakers(wanted)


def _wrong_models(wanted: Json) -> str | None:
    models = wanted.get("speech_models", ["universal-2"])
    if not isinstance(models, list) or not models or any(model not in MODELS for model in models):
        names = ", ".join(f'"{name}"' for name in MODELS)
        return f'"speech_models" must be a non-empty list containing one or more of: {names}'
    return None


def _wrong_language(wanted: Json) -> str | None:
    code, detection = wanted.get("language_code"), wanted.get("language_detection")
    if code is not None and not isinstance(code, str):
        return SCHEMA
    if code is not None and detection:
        return "language_detection is not available when language_code is specified."
    if code is None and detection is False:
        return "language_code is required when language_detection is false."
    if code == "xx":
        return "language_code xx is not supported"
    return None


def _wrong_speakers(wanted: Json) -> str | None:
    expected = wanted.get("speakers_expected")
    if expected is not None and (not isinstance(expected, int) or expected < 1):
        return SCHEMA
    if expected is not None and not wanted.get("speaker_labels"):
        return "speakers_expected requires speaker_labels"
    if expected is not None and wanted.get("speaker_options"):
        return "speakers_expected and speaker_options exclude each other"
    if wanted.get("speaker_labels") and wanted.get("punctuate") is False:
        return "speaker_labels requires punctuate"
    return None


def new_job(wanted: Json, job_id: str) -> Json:
    """The transcript object of a job that was just taken; more fields than documented, as in life."""
    return {
        "id": job_id,
        "status": "processing",
        "language_model": "assemblyai_default",
        "acoustic_model": "assemblyai_default",
        "speech_model": None,
        "speech_models": None,
        "punctuate": True,
        "format_text": True,
        "disfluencies": False,
        "filter_profanity": False,
        "multichannel": None,
        "speaker_labels": False,
        "speakers_expected": None,
        "language_code": None,
        "language_detection": None,
        "language_confidence_threshold": None,
        "language_confidence": None,
        "webhook_url": None,
        "webhook_auth": False,
        "webhook_status_code": None,
        "auto_highlights": False,
        "redact_pii": False,
        "summarization": False,
        "throttled": False,
        "remove_audio_tags": "all",
        "text": None,
        "words": None,
        "utterances": None,
        "confidence": None,
        "audio_duration": None,
        "audio_start_from": None,
        "audio_end_at": None,
        "is_deleted": None,
        "project_id": 1,
        "metadata": {"domain_used": None, "warning": None},
        **wanted,
    }


def _word(text: str, start: int, end: int, confidence: float, speaker: str) -> Json:
    words = {"text": text, "start": start, "end": end, "confidence": confidence}
    return {**words, "speaker": speaker, "channel": None}


def completed_fields() -> Json:
    """What a job gains when it is done: two voices, six words, three seconds."""
    one = [_word("Roll", 240, 480, 0.991, "A"), _word("camera.", 480, 960, 0.974, "A")]
    other = [
        _word("Copy", 1400, 1640, 0.988, "B"),
        _word("that,", 1640, 1880, 0.902, "B"),
        _word("rolling", 1880, 2240, 0.957, "B"),
        _word("now.", 2240, 2600, 0.993, "B"),
    ]
    said = {"channel": None, "confidence": 0.9825}
    return {
        "text": "Roll camera. Copy that, rolling now.",
        "language_code": "en_us",
        "language_confidence": 0.9981,
        "speech_model_used": "universal-3-5-pro",
        "confidence": 0.9675,
        "audio_duration": 3,
        "words": [*one, *other],
        "utterances": [
            {"speaker": "A", "text": "Roll camera.", "start": 240, "end": 960, "words": one, **said},
            {"speaker": "B", "text": "Copy that, rolling now.", "start": 1400, "end": 2600, "words": other, **said},
        ],
    }
