"""Words that say what this program is about, in every language that it speaks (S2, R41)."""

import re

SENSITIVE = re.compile(
    r"observation|observe|victim|danger|exploit|traffick|police|shelter|consent|child|medic|safe|name|threat"
    r"|agree|interview|help|alone|fear|companion"
    r"|спостереж|небезпе|експлуат|поліц|притул|згод|дитин|медич|безпек|ім'я|погроз|інтерв|допомо"
    r"|жертв|потерпіл|супутни"
    r"|ملاحظ|خطر|استغلال|شرطة|مأوى|موافق|طفل|طبي|سلامة|اسم|تهديد|مقابلة|مساعد|ضحية|خوف|مرافق"
    r"|наблюд|опасн|експлоат|полиц|приют|подслон|съглас|\bдете|деца|медиц|\bиме|заплах|интервю"
    r"|жертв|пострада|помощ|придруж",
    re.IGNORECASE,
)
"""None of them may stand on a neutral screen, or on the sheet that is laid over it."""
