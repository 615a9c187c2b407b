"""The panel at /admin/ for those who run the site: Django's admin in the look of django-unfold.

How to add to it (docs/admin.md has an example of each):
- a list of rows: a subclass of `common.panel.lists.RowsAdmin` in the app's admin.py, with `area` and `icon`;
- a page: `common.panel.pages.register(PanelPage(…))` in the ready() of the app's apps.py.
"""
