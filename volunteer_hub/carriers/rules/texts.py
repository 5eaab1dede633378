"""The measure of a text message.  Pure."""

SINGLE_SMS, JOINED_SMS = 70, 67  # UCS-2 units in one text message, and in each part of a longer one
MOST_PARTS = 6


def sms_units(text: str) -> int:
    """Count UCS-2 units: a rare character outside the basic plane takes two."""
    return len(text.encode("utf-16-be")) // 2


def split_sms(text: str) -> list[str]:
    """Cut a text into the parts that networks carry; no character is cut in two."""
    if sms_units(text) <= SINGLE_SMS:
        return [text]
    parts, room = [""], JOINED_SMS
    for character in text:
        width = sms_units(character)
        if width > room:
            parts.append("")
            room = JOINED_SMS
        parts[-1] += character
        room -= width
    return parts


def fit_sms(text: str) -> str:
    """Shorten a text that would take more parts than anyone wants to receive."""
    parts = split_sms(text)
    if len(parts) <= MOST_PARTS:
        return text
    return "".join(parts[:MOST_PARTS])[:-1] + "…"
