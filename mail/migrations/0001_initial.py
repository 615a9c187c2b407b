import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('archive', '0001_initial'),
        ('groups', '0001_initial'),
        ('polls', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=255)),
                ('category', models.CharField(choices=[('hard', 'no such address'), ('full', 'mailbox full'), ('temporary', 'temporary trouble'), ('policy', 'refused for its content or by policy'), ('complaint', 'reported as spam'), ('auto-reply', 'automatic reply'), ('delay', 'delayed, still trying'), ('unknown', 'not understood')], max_length=10)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('diagnostic', models.CharField(blank=True, max_length=500)),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Relay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, unique=True)),
                ('paused_until', models.DateTimeField(blank=True, null=True)),
                ('paused_because', models.CharField(blank=True, max_length=500)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ReminderMark',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('next_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='SeenDomain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=255, unique=True)),
                ('diagnostic', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='SendClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_at', models.DateTimeField(unique=True)),
                ('holder', models.CharField(max_length=160)),
            ],
        ),
        migrations.CreateModel(
            name='SentTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minute', models.DateTimeField(unique=True)),
                ('copies', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name_plural': 'sent tallies',
            },
        ),
        migrations.CreateModel(
            name='ContentRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(default=0)),
                ('name', models.CharField(max_length=80)),
                ('is_on', models.BooleanField(default=True)),
                ('needs_all', models.BooleanField(default=True)),
                ('conditions', models.JSONField(default=list)),
                ('then', models.CharField(choices=[('hold', 'It waits for a moderator'), ('quarantine', 'It goes into quarantine; nobody is told'), ('reject', 'It is sent back, with a saved answer or the rule’s name'), ('discard', 'It is dropped; nobody is told'), ('accept', 'It goes out at once, whatever the rules below say')], default='hold', max_length=10)),
                ('for_moderators', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='groups.answer')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='content_rules', to='groups.group')),
            ],
            options={
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=320)),
                ('domain', models.CharField(max_length=255)),
                ('attachments_kb', models.PositiveIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('queued', 'waits'), ('sending', 'on its way'), ('sent', 'accepted by the relay'), ('deferred', 'will be tried again'), ('failed', 'refused for good'), ('bounced', 'came back'), ('stopped', 'stopped by those who run the site')], default='queued', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('code', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('status', models.CharField(blank=True, max_length=12)),
                ('reply', models.CharField(blank=True, max_length=500)),
                ('membership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='groups.membership')),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(condition=models.Q(('state__in', ('queued', 'deferred'))), fields=['due_at', 'id'], name='mail_delivery_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='mail_delivery_claimed')],
            },
        ),
        migrations.CreateModel(
            name='Inbound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(max_length=320)),
                ('state', models.CharField(choices=[('received', 'waits to be judged'), ('archived', 'archived and sent on'), ('held', 'waits for a moderator'), ('rejected', 'sent back'), ('discarded', 'dropped'), ('command', 'a command, carried out'), ('bounce', 'a delivery report, taken note of'), ('failed', 'set aside: our own code failed on it')], default='received', max_length=10)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('holder', models.CharField(blank=True, max_length=160)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('message_id', models.TextField(blank=True)),
                ('message_id_key', models.BigIntegerField(default=0)),
                ('author', models.CharField(blank=True, max_length=320)),
                ('subject', models.TextField(blank=True)),
                ('rule', models.CharField(blank=True, max_length=40)),
                ('reason', models.TextField(blank=True)),
                ('spam_score', models.FloatField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inbounds', to='groups.group')),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inbounds', to='archive.message')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['id'], name='mail_inbound_waiting'), models.Index(fields=['group', 'state', 'received_at'], name='mail_inbound_queue'), models.Index(fields=['group', 'author', '-id'], name='mail_inbound_of_author'), models.Index(fields=['author', '-id'], name='mail_inbound_by_author'), models.Index(condition=models.Q(('state', 'failed')), fields=['received_at'], name='mail_inbound_failed'), models.Index(fields=['received_at'], name='mail_inbound_by_age'), models.Index(fields=['decided_at'], name='mail_inbound_decided'), models.Index(fields=['message_id_key'], name='mail_inbound_by_id')],
            },
        ),
        migrations.CreateModel(
            name='BounceEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(db_index=True, max_length=320)),
                ('category', models.CharField(choices=[('hard', 'no such address'), ('full', 'mailbox full'), ('temporary', 'temporary trouble'), ('policy', 'refused for its content or by policy'), ('complaint', 'reported as spam'), ('auto-reply', 'automatic reply'), ('delay', 'delayed, still trying'), ('unknown', 'not understood')], max_length=10)),
                ('status', models.CharField(blank=True, max_length=12)),
                ('diagnostic', models.CharField(blank=True, max_length=500)),
                ('weight', models.FloatField(default=0)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='mail.delivery')),
                ('inbound', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='mail.inbound')),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='mail.incident')),
            ],
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=320, unique=True)),
                ('state', models.CharField(choices=[('normal', 'mail arrives'), ('soft', 'some mail came back'), ('suspended', 'no mail is sent until it is heard of again')], default='normal', max_length=10)),
                ('score', models.FloatField(default=0)),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('last_at', models.DateTimeField(blank=True, null=True)),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('probes', models.PositiveSmallIntegerField(default=0)),
                ('probe_due_at', models.DateTimeField(blank=True, null=True)),
                ('healed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'mailboxes',
                'indexes': [models.Index(condition=models.Q(('state', 'suspended')), fields=['probe_due_at'], name='mail_mailbox_probes')],
            },
        ),
        migrations.CreateModel(
            name='Outgoing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('post', 'post'), ('digest', 'digest'), ('daily', 'daily mail'), ('notice', 'notice'), ('probe', 'probe'), ('resend', 'sent again on request'), ('forward', 'passed on to owners or an author'), ('receipt', 'receipt of a secret ballot: gone when it is sent')], max_length=10)),
                ('message_id', models.TextField(blank=True)),
                ('subject', models.TextField(blank=True)),
                ('template', models.BinaryField()),
                ('size', models.PositiveIntegerField()),
                ('smtputf8', models.BooleanField(default=False)),
                ('return_path', models.CharField(blank=True, max_length=320)),
                ('verp', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('queued_at', models.DateTimeField(blank=True, null=True)),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='groups.group')),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='outgoings', to='archive.message')),
            ],
            options={
                'verbose_name_plural': 'outgoing',
                'indexes': [models.Index(fields=['made_at'], name='mail_outgoing_by_age')],
            },
        ),
        migrations.AddField(
            model_name='incident',
            name='outgoing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='mail.outgoing'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='outgoing',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='mail.outgoing'),
        ),
        migrations.CreateModel(
            name='PollLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveSmallIntegerField(default=1)),
                ('asked', models.CharField(blank=True, max_length=64)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('letter', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.message')),
                ('poll', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='polls.poll')),
                ('result', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='archive.message')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('spam', 'It is spam or an advertisement'), ('unkind', 'It is unkind, or attacks somebody'), ('off-topic', 'It has nothing to do with the group'), ('private', 'It tells what is private'), ('illegal', 'It may be against the law'), ('other', 'Something else')], max_length=10)),
                ('words', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('settled', models.CharField(blank=True, choices=[('', 'not decided yet'), ('approve', 'the letter stays'), ('discard', 'the letter is hidden'), ('reject', 'the letter is hidden, and its author was told why'), ('ban', 'the letter is hidden, and its author banned')], default='', max_length=10)),
                ('hid_it', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='groups.group')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='archive.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('letter', 'by'), name='mail_report_once')],
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(max_length=255)),
                ('selector', models.CharField(max_length=63)),
                ('private_pem', models.TextField()),
                ('active', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('domain', 'selector'), name='mail_signingkey_once')],
            },
        ),
        migrations.CreateModel(
            name='Spooled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raw', models.BinaryField()),
                ('size', models.PositiveIntegerField()),
                ('envelope_from', models.CharField(blank=True, max_length=320)),
                ('door', models.CharField(choices=[('lmtp', 'LMTP'), ('pipe', 'pipe'), ('hook', 'HTTP hook'), ('web', 'web')], max_length=10)),
                ('client', models.CharField(blank=True, max_length=100)),
                ('helo', models.CharField(blank=True, max_length=255)),
                ('smtputf8', models.BooleanField(default=False)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.CharField(max_length=80, null=True, unique=True)),
                ('authentication', models.JSONField(blank=True, null=True)),
                ('sender', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'spooled',
            },
        ),
        migrations.AddField(
            model_name='inbound',
            name='spooled',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inbounds', to='mail.spooled'),
        ),
        migrations.CreateModel(
            name='Edit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inbound', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='mail.inbound')),
                ('original', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mail.spooled')),
            ],
        ),
        migrations.CreateModel(
            name='TopicChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.CharField(choices=[('follow', 'Send me every letter of this topic'), ('mute', 'Send me no more of this topic')], max_length=6)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.message')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'message'), name='mail_topicchoice_once')],
            },
        ),
        migrations.CreateModel(
            name='DailyMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_at', models.DateTimeField(blank=True, null=True)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='mail_dailymark_due')],
            },
        ),
        migrations.CreateModel(
            name='DigestMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(blank=True, null=True)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('issue', models.PositiveIntegerField(default=0)),
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='digest_mark', to='groups.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['next_at'], name='mail_digestmark_due')],
            },
        ),
        migrations.CreateModel(
            name='HashtagChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.CharField(choices=[('follow', 'Send me every letter of this topic'), ('mute', 'Send me no more of this topic')], max_length=6)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('hashtag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='archive.hashtag')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'hashtag'), name='mail_hashtagchoice_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('outgoing', 'domain'), name='mail_incident_once'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'stopped')), fields=['outgoing'], name='mail_delivery_stopped'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['address', 'outgoing'], name='mail_delivery_to'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('outgoing', 'address'), name='mail_delivery_once'),
        ),
    ]
