"""Addresses of the gateway. Those with a token stand in mails, and stay for ever."""

from django.urls import URLPattern, path

from mail.web import choices, deliveries, hashtags, hook, joining, moderation, policy, posting, tokens, topics

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
answering: list[URLPattern] = [
    path("mail/confirm/<str:token>/", tokens.confirm, name="mail-confirm"),
    path("mail/leave/<str:token>/", tokens.leave, name="mail-leave"),
    path("mail/mute/<str:token>/", tokens.mute, name="mail-mute"),
    path("mail/daily/<str:token>/", tokens.daily, name="mail-daily"),
    path("mail/moderate/<str:token>/", tokens.moderate, name="mail-moderate"),
    path("g/<str:slug>/join/", joining.join, name="group-join"),
    path("g/<str:slug>/leave/", joining.leave, name="group-leave"),
]
urlpatterns = [*writing, *choosing, *running, *tracing, *doors, *answering]
