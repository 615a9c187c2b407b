"""Addresses of letters. They are stable for ever."""

from django.urls import URLPattern, path, register_converter

from archive import converters, feeds
from archive.views import (
    attachments,
    chores,
    exports,
    hashtags,
    letter_tools,
    messages,
    months,
    people,
    searching,
    sitemaps,
    threads,
    topic_tools,
    topics,
    transfers,
)

register_converter(converters.MessageIdConverter, "mid")
register_converter(converters.GroupSlugConverter, "group")
register_converter(converters.YearConverter, "yyyy")
register_converter(converters.MonthConverter, "mm")

reading: list[URLPattern] = [
    path("g/<group:slug>/topics/", topics.topics, name="topics"),
    path("g/<group:slug>/topics/read/", topics.mark_all_read, name="topics-read"),
    path("g/<group:slug>/topic/<int:number>/", threads.thread, name="thread"),
    path("g/<group:slug>/topic/<int:number>/read/", threads.mark_read, name="thread-read"),
    path("g/<group:slug>/topic/<int:number>/tag/", hashtags.tag, name="topic-tag"),
    path("g/<group:slug>/tags/", hashtags.hashtags, name="hashtags"),
    path("g/<group:slug>/tags/<str:tag>/", hashtags.hashtag, name="hashtag"),
    path("g/<group:slug>/topic/<int:number>/mbox", exports.thread_mbox, name="thread-mbox"),
    path("g/<group:slug>/topic/<int:number>/atom", feeds.thread_feed, name="thread-feed"),
    path("g/<group:slug>/message/<int:number>/", messages.by_number, name="message"),
    path("g/<group:slug>/message/<int:number>/raw", messages.raw, name="message-raw"),
    path(
        "g/<group:slug>/message/<int:number>/attachment/<int:index>/<str:filename>",
        attachments.attachment,
        name="attachment",
    ),
    path("g/<group:slug>/m/<mid:message_id>/raw", messages.raw_by_id, name="message-by-id-raw"),
    path("g/<group:slug>/m/<mid:message_id>/", messages.by_id, name="message-by-id"),
    path("r/<mid:message_id>/", messages.lookup, name="lookup"),
    path("g/<group:slug>/months/", months.months, name="months"),
    path("g/<group:slug>/months/<yyyy:year>/<mm:month>/", months.month, name="month"),
    path("g/<group:slug>/months/<yyyy:year>/<mm:month>/mbox", exports.month_mbox, name="month-mbox"),
    path("g/<group:slug>/authors/", people.authors, name="authors"),
    path("g/<group:slug>/authors/<int:pk>/", people.author, name="author"),
    path("g/<group:slug>/attachments/", attachments.attachments, name="attachments"),
    path("g/<group:slug>/feed/", feeds.group_feed, name="group-feed"),
    path("g/<group:slug>/export/", exports.export, name="export"),
    path("account/letters/mbox", exports.own_mbox, name="own-mbox"),
    path("g/<group:slug>/export/mbox", exports.group_mbox, name="export-mbox"),
]
finding: list[URLPattern] = [
    path("search/", searching.everywhere, name="search"),
    path("search/mbox", searching.mbox_of_all, name="search-mbox"),
    path("search/feed/", feeds.search_feed, name="search-feed"),
    path("g/<group:slug>/search/", searching.in_group, name="group-search"),
    path("g/<group:slug>/search/feed/", feeds.group_search_feed, name="group-search-feed"),
    path("g/<group:slug>/search/mbox", searching.mbox_of_search, name="group-search-mbox"),
]
bringing_in: list[URLPattern] = [
    path("g/<group:slug>/import/", transfers.index, name="import"),
    path("g/<group:slug>/import/upload/", transfers.upload_begin, name="import-upload"),
    path("g/<group:slug>/import/<int:pk>/", transfers.detail, name="import-detail"),
    path("g/<group:slug>/import/<int:pk>/upload/<int:index>/", transfers.upload_piece, name="import-upload-piece"),
    path("g/<group:slug>/import/<int:pk>/uploaded/", transfers.upload_end, name="import-uploaded"),
    path("g/<group:slug>/import/<int:pk>/start/", transfers.start, name="import-start"),
    path("g/<group:slug>/import/<int:pk>/stop/", transfers.stop, name="import-stop"),
    path("g/<group:slug>/import/<int:pk>/undo/", transfers.undo, name="import-undo"),
    path("g/<group:slug>/quarantine/", transfers.quarantine, name="quarantine"),
    path("g/<group:slug>/quarantine/<int:pk>/", transfers.quarantined, name="quarantined"),
]
tending: list[URLPattern] = [
    path("g/<group:slug>/topic/<int:number>/settings/", topic_tools.settings, name="topic-settings"),
    path("g/<group:slug>/topic/<int:number>/merge/", topic_tools.merge, name="topic-merge"),
    path("g/<group:slug>/topic/<int:number>/move/", topic_tools.move, name="topic-move"),
    path("g/<group:slug>/topic/<int:number>/hide/", letter_tools.hide_topic, name="topic-hide"),
    path("g/<group:slug>/topic/<int:number>/destroy/", letter_tools.destroy_topic, name="topic-destroy"),
    path("g/<group:slug>/topics/changes/", topic_tools.changes, name="topic-changes"),
    path("g/<group:slug>/topics/changes/<int:pk>/undo/", topic_tools.undo, name="topic-undo"),
    path("g/<group:slug>/work/<int:pk>/", chores.chore, name="chore"),
    path("g/<group:slug>/work/<int:pk>/stop/", chores.stop, name="chore-stop"),
    path("g/<group:slug>/hidden/", letter_tools.hidden, name="hidden-letters"),
    path("g/<group:slug>/authors/<int:pk>/erase/", letter_tools.erase, name="author-erase"),
    path("g/<group:slug>/message/<int:number>/split/", topic_tools.split, name="letter-split"),
    path("g/<group:slug>/message/<int:number>/hide/", letter_tools.hide, name="letter-hide"),
    path("g/<group:slug>/message/<int:number>/show/", letter_tools.show_again, name="letter-show"),
    path("g/<group:slug>/message/<int:number>/edit/", letter_tools.edit, name="letter-edit"),
    path("g/<group:slug>/message/<int:number>/redact/", letter_tools.redact, name="letter-redact"),
    path("g/<group:slug>/message/<int:number>/history/", letter_tools.history, name="letter-history"),
    path("g/<group:slug>/message/<int:number>/destroy/", letter_tools.destroy, name="letter-destroy"),
]
for_search_engines: list[URLPattern] = [
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-categories.xml", sitemaps.categories, name="sitemap-categories"),
    path("sitemap-groups-<int:number>.xml", sitemaps.groups, name="sitemap-groups"),
    path("sitemap-topics-<int:number>.xml", sitemaps.topics, name="sitemap-topics"),
]
urlpatterns = [*reading, *finding, *bringing_in, *tending, *for_search_engines]
