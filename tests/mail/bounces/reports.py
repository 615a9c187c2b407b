"""Reports as mail servers write them, put together for the tests."""

from email import policy
from email.message import EmailMessage

CRLF = policy.default.clone(linesep="\n")


def delivery_report(
    status: str, *, words: str = "Your message could not be delivered.", sender: str = "MAILER-DAEMON@mx.example.net",
    original: str = "Message-ID: <post-7@example.org>\nSubject: Seeds\n\nHello\n",
    subject: str = "Undelivered Mail Returned to Sender",
) -> bytes:  # fmt: skip
    """An RFC 3464 report; `status` is its second part, blocks divided by blank lines."""
    return "\n".join(
        [
            f"From: Mail Delivery System <{sender}>",
            "To: bounce+token@lists.example.org",
            f"Subject: {subject}",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="=b="',
            "",
            "--=b=",
            "Content-Type: text/plain; charset=utf-8",
            "",
            words,
            "",
            "--=b=",
            "Content-Type: message/delivery-status",
            "",
            status,
            "",
            "--=b=",
            "Content-Type: message/rfc822",
            "",
            original,
            "--=b=--",
            "",
        ]
    ).encode()


def failed(address: str, code: str, diagnostic: str, action: str = "failed") -> str:
    return (
        "Reporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {code}\nDiagnostic-Code: smtp; {diagnostic}"
    )


def letter(body: str, **headers: str) -> bytes:
    message = EmailMessage(policy=CRLF)
    for name, value in {
        "From": "ann@example.org",
        "To": "bounce+token@lists.example.org",
        "Subject": "Hello",
        **headers,
    }.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def complaint(kind: str = "abuse", fields: str = "Original-Rcpt-To: <ann@example.org>\n") -> bytes:
    """An RFC 5965 report."""
    return (
        "From: <fbl@mail.example.net>\nTo: fbl@lists.example.org\nSubject: FW: Seeds\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="=b="\n\n'
        "--=b=\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n"
        f"--=b=\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: FBL/1\nVersion: 1\n{fields}\n"
        "--=b=\nContent-Type: message/rfc822\n\nFrom: g@lists.example.org\nTo: ann@example.org\n"
        "Message-ID: <post-7@example.org>\nSubject: Seeds\n\nHello\n--=b=--\n"
    ).encode()
