import archive.parsing.types
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def store_packed_letters_well(apps, schema_editor):
    """PostgreSQL packs long values itself: not those that are packed already, and the others with the quicker way it has."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        has_lz4 = cursor.fetchone()
    schema_editor.execute("ALTER TABLE archive_content ALTER COLUMN raw SET STORAGE EXTERNAL")
    schema_editor.execute("ALTER TABLE archive_quarantined ALTER COLUMN raw SET STORAGE EXTERNAL")
    schema_editor.execute("ALTER TABLE archive_revision ALTER COLUMN raw SET STORAGE EXTERNAL")
    if has_lz4 and has_lz4[0]:
        for column in ("text", "html"):
            schema_editor.execute(f"ALTER TABLE archive_content ALTER COLUMN {column} SET COMPRESSION lz4")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('groups', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Archive',
            fields=[
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='archive', serialize=False, to='groups.group')),
                ('next_number', models.PositiveIntegerField(default=1)),
                ('message_count', models.PositiveIntegerField(default=0)),
                ('thread_count', models.PositiveIntegerField(default=0)),
                ('first_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(db_index=True, null=True)),
                ('monthly', models.JSONField(default=dict)),
                ('staging', models.JSONField(default=list)),
                ('version', models.PositiveBigIntegerField(default=0)),
                ('changed_at', models.DateTimeField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('message_id', models.TextField()),
                ('message_id_key', models.BigIntegerField()),
                ('content_hash', models.BinaryField(max_length=32)),
                ('linked_by_subject', models.BooleanField(default=False)),
                ('references', models.TextField(blank=True)),
                ('thread_key', models.CharField(blank=True, max_length=120)),
                ('place', models.CharField(blank=True, db_default='', max_length=40)),
                ('subject', models.TextField(blank=True)),
                ('subject_key', models.BigIntegerField(default=0)),
                ('is_reply', models.BooleanField(default=False)),
                ('from_name', models.CharField(blank=True, max_length=200)),
                ('from_address', models.CharField(blank=True, max_length=320)),
                ('sent_at', models.DateTimeField()),
                ('utc_offset', models.SmallIntegerField(blank=True, null=True)),
                ('date_raw', models.CharField(blank=True, max_length=250)),
                ('date_source', models.CharField(choices=[('date', 'date'), ('received', 'received'), ('envelope', 'envelope'), ('neighbour', 'neighbour'), ('arrival', 'arrival')], default=archive.parsing.types.DateSource['DATE'], max_length=10)),
                ('snippet', models.CharField(blank=True, max_length=220)),
                ('size', models.PositiveIntegerField()),
                ('attachment_count', models.PositiveSmallIntegerField(default=0)),
                ('list_id', models.CharField(blank=True, max_length=255)),
                ('defects', models.CharField(blank=True, max_length=250)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('legacy_number', models.PositiveIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='IndexJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_id', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Author',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=320)),
                ('name', models.CharField(max_length=200)),
                ('address', models.CharField(max_length=320)),
                ('message_count', models.PositiveIntegerField(default=0)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='authors', to='groups.group')),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-message_count', 'id'], name='archive_author_by_count')],
                'constraints': [models.UniqueConstraint(fields=('group', 'key'), name='archive_author_once')],
            },
        ),
        migrations.CreateModel(
            name='Content',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='content', serialize=False, to='archive.message')),
                ('raw', models.BinaryField()),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('has_remote', models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='author',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.RESTRICT, related_name='messages', to='archive.author'),
        ),
        migrations.AddField(
            model_name='message',
            name='group',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='groups.group'),
        ),
        migrations.AddField(
            model_name='message',
            name='parent',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='archive.message'),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.PositiveIntegerField()),
                ('filename', models.CharField(blank=True, max_length=255)),
                ('content_type', models.CharField(max_length=127)),
                ('kind', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Left('content_type', 5), output_field=models.CharField(max_length=5))),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content_id', models.CharField(blank=True, max_length=255)),
                ('inline', models.BooleanField(default=False)),
                ('blob', models.CharField(blank=True, max_length=80)),
                ('sent_at', models.DateTimeField()),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='archive.message')),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-sent_at', '-id'], name='archive_attachment_by_date'), models.Index(fields=['group', 'kind', '-sent_at', '-id'], name='archive_attachment_by_kind')],
                'constraints': [models.UniqueConstraint(fields=('message', 'index'), name='archive_attachment_once')],
            },
        ),
        migrations.CreateModel(
            name='Day',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('count', models.PositiveIntegerField()),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='groups.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'date'), name='archive_day_once')],
            },
        ),
        migrations.CreateModel(
            name='GroupMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=0)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'group'), name='archive_groupmark_once')],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('subject', models.TextField(blank=True)),
                ('starter', models.CharField(blank=True, max_length=200)),
                ('last_author', models.CharField(blank=True, max_length=200)),
                ('last_author_key', models.CharField(blank=True, max_length=320)),
                ('snippet', models.CharField(blank=True, max_length=220)),
                ('message_count', models.PositiveIntegerField(default=0)),
                ('author_count', models.PositiveIntegerField(default=0)),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('first_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('title', models.TextField(blank=True, db_default='')),
                ('pinned', models.BooleanField(default=False)),
                ('locked', models.BooleanField(default=False)),
                ('lock_reason', models.CharField(blank=True, db_default='', max_length=300)),
                ('moderated', models.BooleanField(db_default=False, default=False)),
                ('reach', models.CharField(choices=[('usual', 'Everybody who gets the group’s mail'), ('followers', 'Only people who follow the topic'), ('nobody', 'Nobody: they are archived, and can be read here')], db_default='usual', default='usual', max_length=9)),
                ('reach_since', models.DateTimeField(blank=True, null=True)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='threads', to='groups.group')),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-last_at', '-id'], name='archive_thread_by_activity'), models.Index(condition=models.Q(('pinned', True)), fields=['group', '-last_at', '-id'], name='archive_thread_pinned')],
                'constraints': [models.UniqueConstraint(fields=('group', 'number'), name='archive_thread_number_once')],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='thread',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='archive.thread'),
        ),
        migrations.CreateModel(
            name='Ghost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id_key', models.BigIntegerField()),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='groups.group')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ghosts', to='archive.thread')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message_id_key', 'group', 'thread'), name='archive_ghost_once')],
            },
        ),
        migrations.CreateModel(
            name='ThreadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=0)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.thread')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'thread'), name='archive_threadmark_once')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('uploading', 'Being uploaded'), ('waiting', 'Waiting to start'), ('checking', 'Being looked through'), ('checked', 'Looked through, ready to import'), ('reading', 'Being imported'), ('done', 'Imported'), ('cancelled', 'Cancelled'), ('failed', 'Stopped by an error'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='waiting', max_length=10)),
                ('name', models.CharField(max_length=255)),
                ('sources', models.JSONField(default=list)),
                ('format', models.CharField(blank=True, max_length=100)),
                ('cursor', models.JSONField(default=dict)),
                ('total_bytes', models.BigIntegerField(default=0)),
                ('done_bytes', models.BigIntegerField(default=0)),
                ('messages', models.PositiveIntegerField(default=0)),
                ('imported', models.PositiveIntegerField(default=0)),
                ('duplicates', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0)),
                ('corrected_dates', models.PositiveIntegerField(default=0)),
                ('threads', models.PositiveIntegerField(default=0)),
                ('seconds', models.FloatField(default=0)),
                ('staged', models.BooleanField(default=False)),
                ('claim', models.CharField(blank=True, max_length=200)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('report', models.JSONField(default=dict)),
                ('error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('beat_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transfers', to='groups.group')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-id'], name='archive_transfer_by_group')],
            },
        ),
        migrations.AddField(
            model_name='thread',
            name='transfer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.transfer'),
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('raw_hash', models.BinaryField(max_length=32)),
                ('reason', models.CharField(max_length=300)),
                ('raw', models.BinaryField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('released', 'Released'), ('dismissed', 'Dismissed')], default='waiting', max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantine', to='archive.transfer')),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'state', '-id'], name='archive_quarantine_by_state')],
                'constraints': [models.UniqueConstraint(fields=('group', 'raw_hash'), name='archive_quarantined_once')],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='transfer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='letters', to='archive.transfer'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['message_id_key', 'group'], name='archive_message_by_id'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['thread', 'sent_at', 'id'], name='archive_message_in_thread'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['group', 'sent_at', 'id'], name='archive_message_by_date'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('subject_key', 0), _negated=True), fields=['group', 'subject_key', 'sent_at'], name='archive_message_by_subject'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('thread_key', ''), _negated=True), fields=['group', 'thread_key'], name='archive_message_by_key'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('transfer__isnull', False)), fields=['transfer', 'id'], name='archive_message_of_batch'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['author', 'sent_at'], name='archive_message_by_author'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('group', 'number'), name='archive_message_number_once'),
        ),
        migrations.CreateModel(
            name='Departure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('message_id_key', models.BigIntegerField()),
                ('content_hash', models.BinaryField(max_length=32)),
                ('content_key', models.BigIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='departures', to='groups.group')),
                ('moved_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.message')),
                ('thread', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.thread')),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'message_id_key'], name='archive_departure_by_id'), models.Index(fields=['group', 'content_key'], name='archive_departure_by_content')],
                'constraints': [models.UniqueConstraint(fields=('group', 'number'), name='archive_departure_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('edited', 'Edited'), ('redacted', 'Blacked out')], max_length=8)),
                ('raw', models.BinaryField()),
                ('subject', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('content_hash', models.BinaryField(max_length=32)),
                ('by_name', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='archive.message')),
            ],
        ),
        migrations.CreateModel(
            name='TopicChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('renamed', 'renamed'), ('merged', 'merged'), ('split', 'split'), ('moved', 'moved')], max_length=8)),
                ('number', models.PositiveIntegerField()),
                ('sentence', models.CharField(max_length=500)),
                ('before', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topic_changes', to='groups.group')),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-id'], name='archive_topicchange_by_group')],
            },
        ),
        migrations.CreateModel(
            name='TopicPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.BigIntegerField()),
                ('place', models.CharField(max_length=40)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'handle'), name='archive_topicplace_once')],
            },
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('place', ''), _negated=True), fields=['group', 'place'], name='archive_message_by_place'),
        ),
        migrations.CreateModel(
            name='Hashtag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('used_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hashtags', to='groups.group')),
            ],
            options={
                'indexes': [models.Index(fields=['group', '-used_at', '-id'], name='archive_hashtag_by_use')],
                'constraints': [models.UniqueConstraint(fields=('group', 'name'), name='archive_hashtag_once')],
            },
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holds', models.BooleanField(default=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hashtag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='archive.hashtag')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='archive.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('hashtag', 'message'), name='archive_tagging_once')],
            },
        ),
        migrations.CreateModel(
            name='Chore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('destroy', 'Destroying letters'), ('erase', 'Erasing a person'), ('move', 'Moving a topic'), ('return', 'Bringing a topic back')], max_length=10)),
                ('asked', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waits for a worker'), ('working', 'Under way'), ('done', 'Done'), ('cancelled', 'Stopped'), ('failed', 'Could not be done')], default='waiting', max_length=10)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('said', models.JSONField(default=list)),
                ('leads_to', models.CharField(blank=True, max_length=200)),
                ('claim', models.CharField(blank=True, max_length=160)),
                ('beat_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chores', to='groups.group')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'working'))), fields=['id'], name='archive_chore_due')],
            },
        ),
        migrations.RunPython(
            code=store_packed_letters_well,
            reverse_code=migrations.RunPython.noop,
        ),
    ]
