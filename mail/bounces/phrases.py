"""How mail servers say that a letter came back, or that they still try, in the languages they speak. Pure."""

import re

DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail[- ]?delivery|microsoftexchange|no-?reply.*bounce|mdaemon|mail_?no-?reply"
    r"|system administrator|systemadministrator|administrateur syst[èe]me",
    re.IGNORECASE,
)
RETURNED = re.compile(
    r"undeliver|delivery (?:status notification|has )?(?:failure|failed)|returned mail|failure notice|mail delivery fail"
    r"|could(?: not|n['’]t) be delivered|n[o']t (?:been )?delivered|unable to deliver|wasn['’]t able to deliver|did not reach"
    r"|message (?:you sent )?(?:was )?blocked|\[bounce\]|nondeliverable"
    r"|unzustellbar|nicht (?:zugestellt|ausgeliefert)|zustellung .{0,60}fehlgeschlagen|fehler bei der nachrichtenzustellung"
    r"|non[- ]?remis|[ée]chec (?:de|d['’])\s?(?:la )?(?:remise|distribution|livraison|envoi)"
    r"|n['’](?:a|ont) pas pu [êe]tre (?:remis|distribu|livr|d[ée]livr|achemin)"
    r"|no se (?:ha )?(?:puede|podido|pudo|ha podido) entregar|no entregado|error (?:de|en la) entrega"
    r"|mancat[ao] (?:consegna|recapito)|non recapitabil|recapito .{0,60}non riuscito|impossibile (?:consegnare|recapitare)"
    r"|n[aã]o (?:foi |[ée] |p[oô]de |foi poss[ií]vel |[ée] poss[ií]vel )*(?:ser )?entreg|falha na entrega"
    r"|onbestelbaar|bezorgen .{0,80}mislukt|niet (?:worden )?(?:bezorgd|afgeleverd)"
    r"|kan inte levereras|kunde inte levereras|leverans .{0,60}misslyck|kan ikke leveres|ikke (?:bli )?lever[et]"
    r"|ei voitu toimittaa|toimitus .{0,60}ep[äa]onnistui|niedostarcz|dostarczenie .{0,80}nie powiod"
    r"|nedoru[čc]iteln|nelze doru[čc]it|k[ée]zbes[íi]thetetlen|nem k[ée]zbes[íi]thet|nelivrabil|teslim edileme"
    r"|(?:не ?|сбой )достав(?:лен|ки)|配信(?:不能|できま|に失敗)|送信できま|不達|退信|退回|退件|未送达|未送達|未传递|未傳遞"
    r"|无法(?:送达|发送|投递|传递)|無法(?:送達|傳送|投遞|傳遞)"
    r"|(?:投递|发送|傳送)失[败敗]|발송 ?실패|전송되지|배달되지|배달할 수 없|반송",
    re.IGNORECASE,
)
STILL_TRYING = re.compile(
    r"delayed|still (?:being )?(?:trying|retried|awaiting|queued)|has not yet been delivered|will (?:continue|keep|be retried)"
    r"|do(?:es)? not need to (?:take any action|resend)|warning: (?:could not|message)|verz[oö]ger|noch nicht zugestellt"
    r"|en cours de|diff[ée]r[ée]e|pas encore [ée]t[ée] remis|retrasad|en espera|se seguir[áa] intentando|ritardat|in ritardo"
    r"|atrasad|adiad|vertraagd|uitgesteld|f[öo]rdr[öo]j|f[öo]rsen|forsinke|viiv[äa]sty|op[óo][źz]nion|задерж|отложен"
    r"|配信の?遅延|配信が遅|延迟|延遲|推迟|지연",
    re.IGNORECASE,
)
DELAY_SUBJECT = re.compile(r"\bwarning\b|\bdelay|delayed\b", re.IGNORECASE)
LONG_TIME = re.compile(
    r"(?:giving|given|gave) up|permanent|could not be delivered for (?:more than )?\d", re.IGNORECASE
)
FORWARDED = re.compile(r"\A\s*(?:fwd?|wg|tr|rv|vl|pd)\s*:", re.IGNORECASE)
ANSWERED = re.compile(r"\A\s*(?:re|aw|sv|antw|rif|odp|回复|答复)\s*[:：]", re.IGNORECASE)
ORIGINAL = re.compile(
    r"^(?:-{2,} ?(?:this is a copy of|the (?:header|body) of|original message|message header|below this line|returned message"
    r"|unsent message|forwarded message|included is a copy|kopf der original|kopie der)|return-path: ?<|received: from)",
    re.IGNORECASE | re.MULTILINE,
)
