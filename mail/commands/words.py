"""The words people write to a machine, in the languages they write them in. Small letters, accents as written. Pure."""

VERBS: dict[str, tuple[str, ...]] = {
    "subscribe": (
        "subscribe", "join", "sub", "signup", "sign up", "sign me up", "add me", "anmelden", "abonnieren",
        "beitreten", "abonner",
        "inscription", "inscrire", "s'abonner", "suscribir", "suscribirme", "suscribirse", "alta", "unirme",
        "inscrever",
        "assinar", "iscriviti", "iscrivimi", "iscrizione", "inschrijven", "aanmelden", "abonneren",
        "prenumerera", "tilmeld",
        "påmelding", "meld på", "tilaa", "zapisz", "subskrybuj", "přihlásit", "подписаться", "подписать", "订阅",
        "訂閱",
        "購読", "登録", "구독", "اشتراك", "הרשמה",
    ),
    "unsubscribe": (
        "unsubscribe", "unsub", "leave", "signoff", "sign off", "remove", "remove me", "unsuscribe",
        "unsubcribe", "stop", "opt out",
        "opt-out", "quit", "take me off", "abmelden", "abbestellen", "austragen", "austreten", "désabonner",
        "desabonner",
        "se désabonner", "désinscription", "désinscrire", "darme de baja", "baja", "cancelar suscripción",
        "desuscribir",
        "cancelar inscrição", "descadastrar", "sair", "cancellami", "disiscrivimi", "cancellazione", "afmelden",
        "uitschrijven",
        "avprenumerera", "afmeld", "meld av", "peru", "wypisz", "odhlásit", "отписаться", "отписать", "退订",
        "退訂", "退会", "配信停止",
        "購読解除", "登録解除", "구독취소", "구독 취소", "إلغاء الاشتراك", "ביטול",
    ),
    "help": (
        "help", "info", "commands", "hilfe", "aide", "ayuda", "ajuda", "aiuto", "hjälp", "hjælp", "hjelp",
        "apua", "pomoc",
        "nápověda", "помощь", "справка", "帮助", "幫助", "ヘルプ", "도움말", "مساعدة", "עזרה", "?",
    ),
    "digest": ("digest", "digests", "set digest", "set mail digest", "digest on",
    "sammelmail", "zusammenfassung", "résumé", "resumen",
    "resumo", "riassunto"),
    "summary": ("summary", "topics only", "set summary"),
    "every": (
        "every", "mail", "resume", "single", "individual", "set mail", "set nodigest", "all messages",
        "every message", "every letter", "jede mail",
        "einzeln", "chaque message", "cada mensaje",
    ),
    "nomail": ("nomail", "no mail", "set nomail", "none", "web only", "pause", "hold my mail", "keine mail",
    "sans mail"),
    "special": ("special", "special notices", "announcements only"),
    "follow": ("follow", "watch", "folgen", "suivre", "seguir", "seguire"),
    "mute": ("mute", "ignore", "stumm", "stummschalten", "ignorieren", "muet", "silenciar", "silenzia"),
    "confirm": ("confirm", "bestätigen", "confirmer", "confirmar", "conferma"),
}  # fmt: skip

YES = (
    "yes", "y", "ok", "okay", "approve", "approved", "accept", "accepted", "allow", "let it through", "publish",
    "post", "confirm",
    "ja", "jawohl", "genehmigen", "freigeben", "annehmen", "bestätigen", "oui", "accepter", "approuver",
    "d'accord", "sí", "si",
    "aprobar", "aceptar", "vale", "sim", "aprovar", "aceitar", "sì", "approva", "accetta", "akkoord",
    "goedkeuren", "godkänn",
    "godkend", "godkjenn", "kyllä", "tak", "zatwierdź", "ano", "да", "одобрить", "принять", "好", "同意", "是",
    "はい", "承認",
    "네", "승인", "نعم", "כן", "👍", "✅", "+1", "keep", "behalten", "garder",
)  # fmt: skip
ALWAYS = ("always", "immer", "toujours", "siempre", "sempre")
TRUST = ("trust", "approve and trust", "vertrauen", *ALWAYS)
NO = (
    "no", "n", "reject", "rejected", "refuse", "deny", "decline", "return", "nein", "ablehnen", "zurückweisen",
    "non", "refuser",
    "rejeter", "rechazar", "não", "nao", "rejeitar", "recusar", "rifiuta", "nee", "weigeren", "nej", "avvisa",
    "nei", "avvis", "ei",
    "nie", "odrzuć", "ne", "odmítnout", "нет", "отклонить", "拒绝", "拒絕", "不", "いいえ", "却下", "아니요", "거부", "لا",
    "לא", "👎",
)  # fmt: skip
DISCARD = (
    "discard", "delete", "drop", "trash", "spam", "junk", "löschen", "verwerfen", "supprimer", "jeter",
    "borrar", "eliminar",
    "descartar", "apagar", "excluir", "elimina", "scarta", "verwijderen", "radera", "slet", "slett", "usuń",
    "smazat", "удалить",
    "спам", "删除", "刪除", "削除", "삭제", "hide", "verbergen",
)  # fmt: skip
BAN = ("ban", "block", "sperren", "bannir", "bloquer", "bloquear", "banear", "blocca", "заблокировать")
CANCEL = ("cancel", "not me", "wasn't me", "abbrechen", "annuler", "annulla", "отмена", "取消")
