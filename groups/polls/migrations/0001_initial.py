import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('groups', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('question', models.CharField(max_length=200)),
                ('details', models.TextField(blank=True, max_length=10000)),
                ('kind', models.CharField(choices=[('single', 'One choice'), ('multiple', 'Several choices'), ('runoff', 'Ranked, instant run-off'), ('schulze', 'Ranked, Schulze method'), ('score', 'Points'), ('dates', 'Finding a date')], max_length=10)),
                ('least', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(60)])),
                ('most', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)])),
                ('highest', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
                ('write_ins', models.BooleanField(default=False)),
                ('voters', models.CharField(choices=[('members', 'Members'), ('earlier', 'Members who joined before the poll opened'), ('moderators', 'Owners and moderators'), ('readers', 'Everybody who can read here and is signed in')], default='members', max_length=10)),
                ('results', models.CharField(choices=[('always', 'Always'), ('voted', 'After voting'), ('closed', 'After closing'), ('runners', 'Only to its maker and the moderators')], default='voted', max_length=10)),
                ('names_shown', models.BooleanField(default=False)),
                ('anonymous', models.BooleanField(default=False)),
                ('may_change', models.BooleanField(default=True)),
                ('announce', models.BooleanField(default=True)),
                ('remind', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('deleted', 'Deleted')], default='open', max_length=8)),
                ('state_before', models.CharField(blank=True, max_length=8)),
                ('made_by_name', models.CharField(blank=True, max_length=200)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('voted', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='polls', to='groups.group')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'state', 'number', 'id'], name='polls_poll_of_group'), models.Index(condition=models.Q(('state', 'open')), fields=['closes_at'], name='polls_poll_closing'), models.Index(condition=models.Q(('state', 'deleted')), fields=['deleted_at'], name='polls_poll_deleted')],
                'constraints': [models.UniqueConstraint(fields=('group', 'number'), name='polls_poll_number_once'), models.CheckConstraint(condition=models.Q(('anonymous', False), ('names_shown', False), _connector='OR'), name='polls_anonymous_has_no_names')],
            },
        ),
        migrations.CreateModel(
            name='BallotBox',
            fields=[
                ('poll', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='box', serialize=False, to='polls.poll')),
                ('roll', models.BinaryField(default=bytes)),
                ('ballots', models.BinaryField(default=bytes)),
            ],
            options={
                'verbose_name_plural': 'ballot boxes',
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choices', models.JSONField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('via', models.CharField(choices=[('web', 'on the web'), ('mail', 'by mail')], default='web', max_length=4)),
                ('voter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ballots', to=settings.AUTH_USER_MODEL)),
                ('poll', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ballots', to='polls.poll')),
            ],
            options={
                'indexes': [models.Index(fields=['poll', 'id'], name='polls_ballot_of_poll')],
                'constraints': [models.UniqueConstraint(fields=('poll', 'voter'), name='polls_ballot_once')],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('text', models.CharField(blank=True, max_length=200)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('day', models.DateField(blank=True, null=True)),
                ('written_in', models.BooleanField(default=False)),
                ('poll', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='options', to='polls.poll')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('poll', 'number'), name='polls_option_number_once')],
            },
        ),
        migrations.CreateModel(
            name='PollSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('makers', models.CharField(choices=[('members', 'Members'), ('moderators', 'Owners and moderators')], default='members', max_length=10)),
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='poll_settings', to='groups.group')),
            ],
            options={
                'verbose_name_plural': 'settings of polls',
            },
        ),
    ]
