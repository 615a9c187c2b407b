import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('abuse', '0001_initial'),
        ('groups', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='abusereport',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='claimed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='groups.group'),
        ),
        migrations.AddField(
            model_name='case',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='case',
            name='settled_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='abusereport',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='abuse.case'),
        ),
        migrations.AddIndex(
            model_name='staffentry',
            index=models.Index(fields=['about_kind', 'about_id', '-id'], name='abuse_staffentry_of_thing'),
        ),
        migrations.AddIndex(
            model_name='staffentry',
            index=models.Index(fields=['action', '-id'], name='abuse_staffentry_by_action'),
        ),
        migrations.AddIndex(
            model_name='staffentry',
            index=models.Index(fields=['by_id', '-id'], name='abuse_staffentry_by_person'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'last_at', 'id'], name='abuse_case_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['kind', 'target', '-id'], name='abuse_case_of_thing'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('kind', 'target'), name='abuse_case_once'),
        ),
        migrations.AddConstraint(
            model_name='abusereport',
            constraint=models.UniqueConstraint(condition=models.Q(('by__isnull', False)), fields=('case', 'by'), name='abuse_report_once'),
        ),
    ]
