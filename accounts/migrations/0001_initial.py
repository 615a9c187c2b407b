import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('away_from', models.DateTimeField(blank=True, null=True)),
                ('away_until', models.DateTimeField(blank=True, null=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(blank=True, max_length=150)),
                ('time_zone', models.CharField(blank=True, help_text="IANA name, as Europe/Oslo; empty: the site's.", max_length=64)),
                ('language', models.CharField(blank=True, help_text="BCP 47 code, as pt-br; empty: the browser's.", max_length=16)),
                ('daily_mail', models.BooleanField(default=False, help_text='One mail a day with everything new in all my groups.')),
                ('mail_hour', models.PositiveSmallIntegerField(default=7, help_text='Local hour at which digests and the daily mail come.', validators=[django.core.validators.MaxValueValidator(23)])),
                ('is_staff', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('suspended_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('suspended_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('suspended_because', models.CharField(blank=True, editable=False, max_length=500)),
                ('feeds_ended', models.PositiveIntegerField(default=0, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('suspended_by', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('suspended_at__isnull', False)), fields=['suspended_until'], name='accounts_user_suspended'), models.Index(condition=models.Q(('is_staff', True)), fields=['id'], name='accounts_user_staff'), models.Index(condition=models.Q(('is_active', False)), fields=['id'], name='accounts_user_closed')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='accounts_user_email_any_case')],
            },
        ),
    ]
