"""Invented documents in several languages, for tests that print.

Shape: each constant is a whole document; people, places and numbers in them do not exist.
"""

from __future__ import annotations

from nrm_desktop.documents.layout import (
    DocRow,
    DocSection,
    DocTexts,
    DocumentContent,
    DocWithheld,
)

WORDS = (
    "amber",
    "river",
    "lantern",
    "seven",
    "quiet",
    "copper",
    "meadow",
    "violet",
    "harbour",
    "stone",
    "candle",
    "north",
)

LONG_ACCOUNT = (
    "I was told there would be work in a kitchen. When we arrived, they kept my papers and said "
    "that I owe them the journey. I slept beside the store room with three others. We were "
    "driven to the house before it was light and brought back late.\n"
    "I do not want him to learn where I am. My sister (Олена) knows; she may be asked first."
)


ENGLISH = DocumentContent(
    reference="R-7F3K-20",
    recipient="Harbour House, support service",
    purpose="Accommodation and support",
    expires="30 January 2027",
    prepared_on="23 November 2026",
    sections=(
        DocSection(
            "What the service needs to know",
            (
                DocRow("Language", "Ukrainian, some English", "said by the person"),
                DocRow("Age group", "Adult, about 24", "said by the person · about"),
                DocRow("Needs now", "Somewhere to sleep tonight; a phone; warm clothes"),
                DocRow("Safe contact", "Through the worker only", "R-contact, checked today"),
            ),
        ),
        DocSection(
            "Account in the person's words",
            tuple(
                DocRow(f"Talk {number}", LONG_ACCOUNT, "own words · said by the person")
                for number in range(1, 10)
            ),
        ),
        DocSection(
            "Danger to life",
            (
                DocRow(
                    "In danger now",
                    "Yes: the driver of a grey van waits near the station in the mornings.",
                    "said by the person · 23 November 2026",
                ),
                DocRow("Urgent medical need", "Insulin, every day before noon (type 1)."),
            ),
            is_life_risk=True,
        ),
    ),
    withheld=(
        DocWithheld("Place where the person stays", "sealed; not needed for this purpose"),
        DocWithheld("Health", "the person did not agree"),
    ),
    fingerprint_words=WORDS,
    short_code="7F3K-20QX-81MB",
    copy="Copy 1 of 2",
)


UKRAINIAN = DocumentContent(
    reference="R-7F3K-21",
    recipient="Центр підтримки «Гавань», відділ розміщення",
    purpose="Притулок і супровід",
    expires="30 січня 2027 р.",
    prepared_on="23 листопада 2026 р.",
    sections=(
        DocSection(
            "Небезпека для життя",
            (
                DocRow("Небезпека зараз", "Так. Її шукає людина на ім’я «Дядько»."),
                DocRow("Термінова медична потреба", "Ні", "зі слів особи"),
            ),
            is_life_risk=True,
        ),
        DocSection(
            "Відомості",
            (
                DocRow("Мова", "українська; трохи англійської (English)"),
                DocRow("Вік", "близько 24 років", "зі слів особи · приблизно"),
                DocRow(
                    "Потреби",
                    "Нічліг на сьогодні, телефон, теплий одяг; щоденно інсулін "
                    "(о 8:00 та 20:00). Їжа без м’яса.",
                ),
                DocRow("Родина", "Сестра: Ґалина; брат علي живе у Києві."),
            ),
        ),
    ),
    withheld=(DocWithheld("Місце перебування", "закрито"),),
    fingerprint_words=WORDS,
    short_code="7F3K-21QX-81MB",
    language="uk",
    texts=DocTexts(
        title="Направлення",
        prepared_on="Складено {date}",
        notice="Лише для названого вище одержувача. Зберігайте закритим, не передавайте далі.",
        reference="Номер",
        recipient="Кому",
        purpose="Мета",
        expires="Дійсне до",
        page="Сторінка",
        page_of="{page} з {pages}",
        not_included="Не включено",
        not_included_hint="Ці відомості можуть існувати. Їх немає на цьому папері.",
        check="Перевірка цього паперу",
        check_hint="Відправник може назвати ці слова телефоном. Вони мають збігатися.",
        practice="НАВЧАННЯ: вигадані люди, не справжнє направлення",
    ),
)


ARABIC = DocumentContent(
    reference="R-7F3K-22",
    recipient="دار المرفأ، خدمة الدعم",
    purpose="المأوى والمساندة",
    expires="30 يناير 2027",
    prepared_on="23 نوفمبر 2026",
    sections=(
        DocSection(
            "خطر على الحياة",
            (
                DocRow(
                    "في خطر الآن",
                    "نعم، رجل ينتظر قرب المحطة (الرصيف 4) كل صباح.",
                    "قالته بنفسها · 23 نوفمبر 2026",
                ),
                DocRow("حاجة طبية عاجلة", "إنسولين، كل يوم قبل الظهر (Insulin 100 IU/ml)."),
            ),
            is_life_risk=True,
        ),
        DocSection(
            "ما تحتاج الخدمة إلى معرفته",
            (
                DocRow("اللغة", "العربية، وقليل من الإنجليزية"),
                DocRow("العمر", "نحو 24 سنة"),
                DocRow("رقم آمن", "+44 20 7946 0000", "صباحًا فقط"),
                DocRow("الأخت", "Олена (Київ)"),
                DocRow("المدينة", "Safe House 12"),
                DocRow(
                    "بكلماتها",
                    "قالوا لي إن هناك عملًا في مطبخ. عندما وصلنا أخذوا أوراقي وقالوا إنني مدينة "
                    "لهم بثمن السفر. كنت أنام بجانب المخزن مع ثلاث أخريات.\n"
                    "I was also told in English: “You owe us 4,000 (four thousand) euro, and "
                    "you work until it is paid.” I do not know who he is.",
                    "كلماتها",
                ),
            ),
        ),
    ),
    withheld=(DocWithheld("مكان الإقامة", "مغلق"), DocWithheld("الصحة", "لم توافق")),
    fingerprint_words=WORDS,
    short_code="7F3K-22QX-81MB",
    practice=True,
    language="ar",
    direction="rtl",
    texts=DocTexts(
        title="إحالة",
        prepared_on="أُعدّت في {date}",
        notice="للجهة المذكورة أعلاه فقط. تُحفظ مغلقة ولا تُسلّم لأحد.",
        reference="الرقم",
        recipient="إلى",
        purpose="الغرض",
        expires="صالحة حتى",
        page="صفحة",
        page_of="{page} من {pages}",
        not_included="غير مدرج",
        not_included_hint="قد تكون هذه المعلومات موجودة، لكنها ليست في هذه الورقة.",
        check="التحقق من هذه الورقة",
        check_hint="يستطيع المرسل أن يقرأ هذه الكلمات بالهاتف. يجب أن تكون نفسها.",
        practice="تدريب: أشخاص غير حقيقيين، وليست إحالة حقيقية",
    ),
)


TIGRINYA = DocumentContent(
    reference="R-7F3K-23",
    recipient="Harbour House · ቤት ወደብ",
    purpose="መንበሪን ደገፍን",
    expires="30 ጥሪ 2027",
    prepared_on="23 ሕዳር 2026",
    sections=(
        DocSection(
            "ሓደጋ ህይወት",
            (DocRow("ሕጂ ኣብ ሓደጋ", "እወ፡ ሓደ ሰብ ኣብ ጥቓ መዕረፊ ኣውቶቡስ (Gate 4) ይጽበያ ኣሎ።"),),
            is_life_risk=True,
        ),
        DocSection(
            "ሓበሬታ",
            (
                DocRow("ቋንቋ", "ትግርኛ፡ ዓረብኛ (العربية)፡ ቁሩብ English"),
                DocRow("ዕድመ", "ኣስታት 24 ዓመት"),
                DocRow("ስድራቤት", "ሓውታ: علي محمد (12)፡ ሓፍታ: Олена"),
                DocRow("ድላያት", "ንሎሚ ለይቲ መደቀሲ፡ ተለፎን፡ ዝመውቕ ክዳን፡ መድሃኒት ኢንሱሊን መዓልታዊ ቅድሚ ፍርቂ መዓልቲ።"),
            ),
        ),
    ),
    withheld=(DocWithheld("ቦታ መንበሪ", "ዕጹው"),),
    fingerprint_words=WORDS,
    short_code="7F3K-23QX-81MB",
    practice=True,
    language="ti",
    texts=DocTexts(title="ምልኣኽ", practice="PRACTICE · ልምምድ: ሓቀኛ ሰባት ኣይኮኑን"),
)


ALL = {"english": ENGLISH, "ukrainian": UKRAINIAN, "arabic": ARABIC, "tigrinya": TIGRINYA}
