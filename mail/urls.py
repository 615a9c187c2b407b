"""Addresses of the gateway."""

from django.urls import URLPattern, path

from mail.web import choices, deliveries, hook, moderation, policy, posting, topics

writing: list[URLPattern] = [
    path("g/<str:slug>/post/", posting.new_topic, name="post"),
    path("g/<str:slug>/post/<int:pk>/", posting.status, name="post-status"),
    path("g/<str:slug>/message/<int:number>/reply/", posting.reply, name="reply"),
]
choosing: list[URLPattern] = [
    path("g/<str:slug>/membership/", choices.membership, name="membership"),
    path("g/<str:slug>/membership/pause/", choices.pause, name="membership-pause"),
    path("g/<str:slug>/topic/<int:number>/wish/", topics.choose, name="topic-wish"),
    path("account/mail/", choices.account, name="account-mail"),
    path("account/mail/works/", choices.mailbox_works, name="mailbox-works"),
]
running: list[URLPattern] = [
    path("g/<str:slug>/settings/mail/", policy.settings, name="group-mail-settings"),
    path("g/<str:slug>/moderation/", moderation.queue, name="moderation"),
    path("g/<str:slug>/moderation/<int:pk>/", moderation.held, name="held"),
]
tracing: list[URLPattern] = [
    path("g/<str:slug>/message/<int:number>/delivery/", deliveries.delivery, name="delivery"),
    path("g/<str:slug>/message/<int:number>/resend/", deliveries.send_again, name="send-again"),
]
doors: list[URLPattern] = [
    path("hooks/mail/", hook.receive, name="mail-hook"),
    path("hooks/mail/mime", hook.receive, name="mail-hook-mime"),  # Mailgun posts raw letters to addresses that end so
]
urlpatterns = [*writing, *choosing, *running, *tracing, *doors]
