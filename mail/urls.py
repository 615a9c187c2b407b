"""Addresses of the gateway. Those with a token stand in mails, and stay for ever."""

from django.urls import URLPattern, path

from mail.web import (
    choices,
    deliveries,
    editing,
    hashtags,
    hook,
    joining,
    policy,
    posting,
    promoting,
    reporting,
    rules,
    site_report,
    tokens,
    topics,
)
from mail.web.members import adding, bans, bulk, exporting, inviting, listing, person, waiting

writing: list[URLPattern] = [
    path("g/<str:slug>/post/", posting.new_topic, name="post"),
    path("g/<str:slug>/post/<int:pk>/", posting.status, name="post-status"),
    path("g/<str:slug>/message/<int:number>/reply/", posting.reply, name="reply"),
]
choosing: list[URLPattern] = [
    path("g/<str:slug>/membership/", choices.membership, name="membership"),
    path("g/<str:slug>/membership/pause/", choices.pause, name="membership-pause"),
    path("g/<str:slug>/topic/<int:number>/wish/", topics.choose, name="topic-wish"),
    path("g/<str:slug>/tags/<str:tag>/wish/", hashtags.choose, name="hashtag-wish"),
    path("account/mail/", choices.account, name="account-mail"),
    path("account/mail/works/", choices.mailbox_works, name="mailbox-works"),
]
running: list[URLPattern] = [
    path("g/<str:slug>/settings/mail/", policy.settings, name="group-mail-settings"),
    path("g/<str:slug>/moderation/<int:pk>/edit/", editing.edit, name="waiting-edit"),
    path("g/<str:slug>/message/<int:number>/report/", reporting.report, name="report"),
    path("g/<str:slug>/rules/", rules.rules, name="rules"),
    path("g/<str:slug>/rules/new/", rules.edit, name="rule-new"),
    path("g/<str:slug>/rules/order/", rules.order, name="rules-order"),
    path("g/<str:slug>/rules/<int:pk>/", rules.edit, name="rule"),
    path("g/<str:slug>/rules/<int:pk>/delete/", rules.delete, name="rule-delete"),
]
people: list[URLPattern] = [
    path("g/<str:slug>/members/", listing.members, name="group-members"),
    path("g/<str:slug>/members/<int:pk>/report/", site_report.person, name="report-person"),
    path("g/<str:slug>/message/<int:number>/report-to-site/", site_report.letter, name="report-letter"),
    path("g/<str:slug>/members/bulk/", bulk.bulk, name="members-bulk"),
    path("g/<str:slug>/members/past/", person.past, name="members-past"),
    path("g/<str:slug>/members/<int:pk>/", person.member, name="member"),
    path("g/<str:slug>/members/<int:pk>/change/", person.change, name="member-change"),
    path("g/<str:slug>/members/waiting/", waiting.waiting, name="members-waiting"),
    path("g/<str:slug>/members/waiting/<int:pk>/", waiting.decide, name="members-decide"),
    path("g/<str:slug>/members/joining/", waiting.choices, name="members-joining"),
    path("g/<str:slug>/members/invite/", inviting.invite, name="members-invite"),
    path("g/<str:slug>/members/invite/<int:pk>/", inviting.invitation, name="members-invitation"),
    path("g/<str:slug>/members/links/", inviting.links, name="members-links"),
    path("g/<str:slug>/members/links/<int:pk>/end/", inviting.end, name="members-link-end"),
    path("g/<str:slug>/members/links/<int:pk>/qr.svg", inviting.qr, name="members-link-qr"),
    path("g/<str:slug>/members/add/", adding.add, name="members-add"),
    path("g/<str:slug>/members/add/<int:pk>/", adding.batch, name="members-batch"),
    path("g/<str:slug>/members/add/<int:pk>/change/", adding.change, name="members-batch-change"),
    path("g/<str:slug>/members/export/", exporting.ask, name="members-export"),
    path("g/<str:slug>/members/export/members.csv", exporting.export, name="members-file"),
    path("g/<str:slug>/members/bans/", bans.bans, name="members-bans"),
    path("g/<str:slug>/members/bans/<int:pk>/lift/", bans.unban, name="members-unban"),
]
tracing: list[URLPattern] = [
    path("g/<str:slug>/message/<int:number>/delivery/", deliveries.delivery, name="delivery"),
    path("g/<str:slug>/message/<int:number>/resend/", deliveries.send_again, name="send-again"),
]
doors: list[URLPattern] = [
    path("hooks/mail/", hook.receive, name="mail-hook"),
    path("hooks/mail/mime", hook.receive, name="mail-hook-mime"),  # Mailgun posts raw letters to addresses that end so
]
answering: list[URLPattern] = [
    path("mail/confirm/<str:token>/", tokens.confirm, name="mail-confirm"),
    path("mail/leave/<str:token>/", tokens.leave, name="mail-leave"),
    path("mail/mute/<str:token>/", tokens.mute, name="mail-mute"),
    path("mail/daily/<str:token>/", tokens.daily, name="mail-daily"),
    path("mail/moderate/<str:token>/", tokens.moderate, name="mail-moderate"),
    path("mail/invitation/<str:token>/", tokens.invitation, name="mail-invitation"),
    path("join/<str:secret>/", joining.by_link, name="join-link"),
    path("g/<str:slug>/join/", joining.join, name="group-join"),
    path("g/<str:slug>/join/from/", joining.from_elsewhere, name="group-join-from"),
    path("g/<str:slug>/badge.svg", promoting.badge, name="group-badge"),
    path("g/<str:slug>/promote/", promoting.promote, name="group-promote"),
    path("g/<str:slug>/promote/qr.svg", promoting.qr, name="group-promote-qr"),
    path("g/<str:slug>/leave/", joining.leave, name="group-leave"),
]
urlpatterns = [*writing, *choosing, *running, *people, *tracing, *doors, *answering]
