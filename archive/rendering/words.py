"""The words by which mail clients, in their many languages, announce what they quote. Data only, all in small letters.

Gathered from how Thunderbird, Outlook, Gmail, Apple Mail, Yahoo, Zimbra and Lotus Notes write in letters of many countries.
"""


def table(words: str) -> tuple[str, ...]:
    """The words of a table, as it stands in this file."""
    return tuple(words.rstrip(" \n").replace("\n    ", "").split("|"))


# Verbs of attribution lines ("On … Marta wrote:"), in scripts that put spaces between words.
WROTE = table("""
    wrote|writes|said|says|sent|schrieb|schrieben|geschrieben|schreibt|écrit|ecrit|écrivait|écrivit|dit|
    escribió|escribio|escribe|escrito|escreveu|scritto|scrisse|scrive|ha scritto|schreef|schrijft|geschreven|
    skrev|skriver|skreiv|kirjoitti|skrifaði|napisał|napisała|napisał(a)|pisze|napsal|napsala|napsal(a)|píše|
    napísal|napísala|napísal(a)|napisao|napisala|napisao/la|piše|pišu|írta|írt|scris|scria|scrie|написал|
    написала|написал(а)|писал|писала|писал(а)|пишет|пишете|написав|написав(ла)|пише|написа|написао|напиша|
    kirjutas|rakstīja|raksta|rašė|parašė|έγραψε|έγραψαν|yazdı|yazmış|yazdi|menulis|viết|idatzi|escribiu|
    escriure|skribis|shkroi|geskryf|skryf|scríobh|ysgrifennodd|scripsit|compartió|quotation|missatge de
""")

# The same in scripts without spaces, or with joined words: found anywhere in the line.
WROTE_JOINED = table("""
    写道|寫道|写到|寫到|来信|のメッセージ|は書きました|が書きました|さんは書|のメール|님이 작성|작성:|님이 쓴|
    썼습니다|보낸 메일|כתב|مايلي|كتب|كتابة|מאת|نوشت|เขียน|ने लिखा|লিখেছেন
""")

# How attribution lines begin; with a date behind it such a line needs no quote marks below to be one.
OPENERS = table("""
    on|at|in|am|op|om|le|el|il|em|a|den|på|i|dana|dne|dňa|dnia|w|v|u|dia|pe|ma|ti|ke|to|la|su|vào|trên|в|на|
    ngày|στις|την|tarihinde
""")

FROM, SENT, TO, SUBJECT, COPY = "from", "sent", "to", "subject", "copy"

_FROM = table("""
    from|von|de|da|van|fra|från|od|lähettäjä|от|від|кому от|kimden|gönderen|feladó|de la|expéditeur|remitente|
    remetente|mittente|absender|afzender|avsändare|avsender|afsender|saatja|nuo|no|pošiljatelj|šalje|od koga|
    από|מאת|מ|من|发件人|发信人|寄件者|寄件人|差出人|送信者|送信元|보낸 사람|보낸사람|발신|발신인|จาก|từ|dari|
    deade|message de|nadawca|odesílatel|odesielateľ|отправитель|відправник|подател|از
""")
_SENT = table("""
    sent|date|gesendet|datum|envoyé|envoyé le|envoyée|date d'envoi|enviado|enviado el|enviado em|enviada em|
    enviada|fecha|data|inviato|data invio|verzonden|verzonden op|sendt|dato|skickat|lähetetty|päivämäärä|pvm|
    отправлено|дата|надіслано|wysłano|wysłane|odesláno|odoslané|odoslal|elküldve|dátum|küldve|gönderildi|
    gönderme tarihi|tarih|trimis|poslano|poslato|изпратено|στάλθηκε|ημερομηνία|发送时间|发送日期|发信时间|日期|
    寄件日期|傳送時間|傳送日期|送信日時|送信日|日時|日付|보낸 날짜|보낸날짜|날짜|발신일|נשלח|תאריך|
    تاريخ الإرسال|التاريخ|تم الإرسال|đã gửi|ngày|ngày gửi|dikirim|tanggal|ส่ง|ส่งเมื่อ|วันที่|message du|sent on|
    date sent|saadetud|kuupäev|išsiųsta|nosūtīts|enviat|data del missatge|bidalia|tarehe|sent at|posted at|
    posted
""")
_TO = table("""
    to|an|à|a|para|aan|til|till|do|pro|komu|vastaanottaja|кому|címzett|kime|alıcı|către|catre|προς|收件人|
    收件者|收信人|宛先|받는 사람|받는사람|수신|수신인|אל|إلى|الى|đến|tới|kepada|ถึง|destinataire|destinatario|
    destinatário|empfänger|ontvanger|mottagare|mottaker|modtager|za|prima|saaja|kam|до|per a|nori|
    please respond to|respond to|newsgroups
""")
_SUBJECT = table("""
    subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|emne|ämne|aihe|тема|temat|předmět|predmet|
    zadeva|tárgy|konu|subiect|θέμα|主题|主題|主旨|件名|標題|标题|제목|נושא|الموضوع|موضوع|chủ đề|tiêu đề|perihal|
    subjek|subyek|เรื่อง|teema|tema|temats|относно|предмет|naslov|assumpte|gaia
""")
_COPY = table("""
    cc|bcc|copy|kopie|copie|copie à|kopi|kopia|copia|dw|udw|копия|копія|bilgi|másolat|抄送|副本|참조|עותק|نسخة|
    نسخة إلى|kopija|kópia|κοινοποίηση|reply-to|répondre à|antwort an|responder a|importance|priority|
    wichtigkeit|importancia|prioriteit|attachments|anlagen|pièces jointes|organization|organisation|sender|
    list-id|x-mailer|message-id|in reply to|sent by|hora|time
""")

# Label of a quoted header field -> what it tells. Where languages disagree ("de", "a") the earlier table is right oftener.
LABELS = {
    label: kind
    for kind, labels in ((COPY, _COPY), (SUBJECT, _SUBJECT), (TO, _TO), (SENT, _SENT), (FROM, _FROM))
    for label in labels
}
LONGEST_LABEL = max(map(len, LABELS))

# "-----Original Message-----": what stands between the dashes above a quoted letter …
ORIGINAL = table("""
    original message|original mail|original e-mail|original email|original appointment|originalmeddelande|
    originalnachricht|ursprüngliche nachricht|ursprungligt meddelande|ursprüngliche e-mail|ursprünglicher text|
    oprindelig meddelelse|oprindelig besked|oprindelig mail|opprinnelig melding|original melding|
    message d'origine|message d’origine|message original|messaggio originale|messaggio originario|
    mensaje original|mensagem original|missatge original|mensaxe orixinal|jatorrizko mezua|
    oorspronkelijk bericht|oorspronkelijke bericht|origineel bericht|alkuperäinen viesti|
    alkuperäinen sähköposti|исходное сообщение|исходное письмо|оригинальное сообщение|первоначальное сообщение|
    оригінальне повідомлення|оригинално съобщение|оригинална порука|původní zpráva|původní e-mail|
    pôvodná správa|eredeti üzenet|oryginalna wiadomość|wiadomość oryginalna|wiadomość pierwotna|
    treść oryginalnej wiadomości|orijinal mesaj|özgün ileti|orijinal ileti|mesajul original|mesaj original|
    izvorna poruka|originalna poruka|izvirno sporočilo|αρχικό μήνυμα|algne kiri|originalas laiškas|
    sākotnējais ziņojums|原始邮件|原始郵件|原邮件|原郵件|原始信件|元のメッセージ|元のメール|original nachricht|
    원본 메시지|원본 메일|원본메일|original text|הודעה מקורית|הודעה המקורית|الرسالة الأصلية|thư gốc|
    tin nhắn gốc|pesan asli|ข้อความต้นฉบับ|upprunaleg skilaboð|reply message|reply to message|antwort nachricht|
    antwort-nachricht|antwort von|reply|quoted message|end of original
""")

# … and, as part of a word, above a forwarded one, which nobody in the group has read yet: content, not a quotation.
FORWARDED = table("""
    forwarded|forward|begin forward|weitergeleitet|transféré|réexpédié|reenviado|encaminhad|inoltrat|
    doorgestuurd|videresendt|vidarebefordrat|vidarebefordrad|välitetty|edelleenlähetetty|przekazan|przesłan|
    пересылаем|переслан|препратен|přeposlan|preposlan|továbbított|iletilen|iletilmiş|yönlendirilen|
    redirecționat|proslijeđen|posredovan|προωθημένο|转发|轉寄|转寄|転送|전달|הועבר|معاد توجيه|chuyển tiếp|
    diteruskan|ส่งต่อ
""")

# How Apple Mail and others begin the line above a forwarded letter, without dashes.
BEGIN_FORWARDED = table("""
    begin forwarded message|anfang der weitergeleiteten|début du message réexpédié|début du message transféré|
    inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem encaminhada|
    início da mensagem reencaminhada|begin doorgestuurd bericht|start på videresendt|start på vidaresendt|
    vidarebefordrat brev|välitetyn viestin alku|välitetty viesti alkaa|начало переадресованного|
    початок переадресованого|początek przekazywanej|początek przekazanej|začátek přeposílané|
    začiatok preposlanej|továbbított levél kezdete|iletilmiş ileti|開始轉寄|转发的邮件|轉寄的郵件|
    転送されたメッセージ|전달된 메시지
""")

# A line that a phone or a web client adds below the letter: how it begins …
SENT_FROM = table("""
    sent from my |sent from a |sent from the |sent from |sent via |sent with |sent using |sent by my |
    sent on the go|get outlook for |from my |envoyé de |envoyé depuis |envoyé à partir |envoyé avec |
    envoyé via |télécharger outlook |obtenir outlook |provenance : |gesendet von |gesendet mit |gesendet aus |
    gesendet über |von meinem |diese nachricht wurde von meinem |outlook für |holen sie sich outlook|
    enviado desde |enviado con |enviado do |enviado de |enviado a partir |enviado via |enviado pelo |
    obtener outlook |obter o outlook |inviato da |inviato dal |inviato con |ottieni outlook |scarica outlook |
    verzonden vanaf |verzonden met |verzonden vanuit |verstuurd vanaf |verstuurd met |verstuurd vanuit |
    outlook voor |download outlook |sendt fra |sendt med |hent outlook |få outlook |skickat från |
    skickades från |skickat med |hämta outlook |lähetetty |hanki outlook|wysłano z |wysłane z |pobierz outlook|
    odesláno z |odoslané z |poslano z |poslano s |poslato sa |отправлено с |отправлено из |отправлено от |
    надіслано з |изпратено от |iphone'umdan gönderildi|küldve a |trimis de pe |trimis din |στάλθηκε από |从我的|
    發自我的|发自我的|來自我的|從我的|我的 iphone|iphoneから送信|나의 |내 iphone|iphone에서 보냄|נשלח מ|أرسلت من|
    مُرسل من|đã gửi từ |gửi từ |dikirim dari |ส่งจาก
""")

# … or how it ends.
SENT_FROM_ENDS = table("""
    gesendet|gönderildi|から送信|에서 보냄|发送|傳送|发自手机|から送信されました|보냄
""")

# Words before a name at the end of a letter, alone on their line.
_SIGN_OFFS = table("""
    abraço|abraços|all the best|amicalement|amitiés|atenciosamente|atentamente|atte|best|best of luck|
    best regards|best wishes|beste grüße|bien cordialement|bien à toi|bien à vous|bonne journée|bonne réception|
    bonne soirée|br|brgds|bästa hälsningar|cheers|ciao|com os melhores cumprimentos|cordialement|
    cordiali saluti|cordially|cordialmente|cu respect|cu stimă|cumprimentos|de bedste hilsner|distinti saluti|
    freundliche grüsse|freundliche grüße|gr|greetings|groet|groeten|groetjes|gruss|gruß|grüsse|grüße|
    hartelijke groet|herzliche grüße|hilsen|hochachtungsvoll|hormat saya|hth|hälsning|hälsningar|iyi çalışmalar|
    kind regards|kind wishes|kindest regards|kr|lep pozdrav|lg|liebe grüße|lijep pozdrav|love|many regards|
    med venlig hilsen|med vennlig hilsen|med vänlig hälsning|med vänliga hälsningar|meilleures salutations|
    melhores cumprimentos|met vriendelijke groet|met vriendelijke groeten|mfg|mit besten grüßen|
    mit freundlichem gruß|mit freundlichen grüssen|mit freundlichen grüßen|muchos saludos|mvg|mvh|obrigado|
    pozdrav|pozdrawiam|pozdrowienia|regards|regards and thanks|respectfully|respectueusement|rgds|s pozdravem|
    s pozdravom|s přáním pěkného dne|salam|saludos|saludos cordiales|salutations|saluti|saudações|saygılarımla|
    schöne grüße|selamlar|serdecznie pozdrawiam|sevgiler|sincerely|sincerely yours|sincères salutations|
    srdačan pozdrav|t|take care|terv|terveisin|thank you and regards|thanks & regards|thanks and best regards|
    thanks and regards|tisztelettel|trân trọng|très cordialement|tschüss|un abrazo|un saludo|un saluto|
    venlig hilsen|vennlig hilsen|vg|vh|viele grüsse|viele grüße|vriendelijke groet|vriendelijke groeten|
    vänliga hälsningar|warm regards|warmest regards|warmly|with best regards|with best wishes|with kind regards|
    with regards|yours|yours faithfully|yours sincerely|yours truly|ystävällisesti|ystävällisin terveisin|
    z poważaniem|zdravím|à bientôt|üdv|üdvözlettel|με εκτίμηση|φιλικά|всего доброго|з повагою|поздрави|
    с наилучшими пожеланиями|с уважение|с уважением|בברכה|تحياتي|مع تحياتي|ขอแสดงความนับถือ|よろしくお願いします|
    敬具|敬礼|此致|此致敬礼|祝好|감사합니다|드림
""")
SIGN_OFFS = frozenset(_SIGN_OFFS)
