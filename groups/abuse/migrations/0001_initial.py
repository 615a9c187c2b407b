import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AbuseReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('spam', 'Spam, or a swindle'), ('illegal', 'It is against the law'), ('harassment', 'It harasses or threatens somebody'), ('copyright', 'It is mine, and copied without leave'), ('other', 'Something else')], max_length=12)),
                ('words', models.CharField(blank=True, max_length=2000)),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('target', models.BigIntegerField()),
                ('title', models.CharField(max_length=250)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'settled')], default='open', max_length=4)),
                ('reports_made', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('taken-down', 'taken down'), ('suspended', 'suspended'), ('warned', 'warned'), ('dismissed', 'left as it is')], max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name='StaffEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_name', models.CharField(blank=True, max_length=320)),
                ('action', models.CharField(max_length=40)),
                ('about_kind', models.CharField(blank=True, max_length=40)),
                ('about_id', models.CharField(blank=True, max_length=40)),
                ('about_name', models.CharField(blank=True, max_length=320)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('reason', models.CharField(blank=True, max_length=2000)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('ip', models.GenericIPAddressField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'entry of the staff’s log',
                'verbose_name_plural': 'log of the staff',
            },
        ),
    ]
