import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Domain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name of the site')),
                ('mail_domain', models.CharField(max_length=253, unique=True, verbose_name='mail domain')),
                ('other_mail_domains', models.JSONField(blank=True, default=list)),
                ('url', models.CharField(blank=True, max_length=300, verbose_name='web address')),
                ('other_hosts', models.JSONField(blank=True, default=list)),
                ('accent', models.CharField(blank=True, max_length=7, verbose_name='accent colour')),
                ('logo', models.BinaryField(blank=True, default=b'')),
                ('logo_name', models.CharField(blank=True, max_length=32)),
                ('footer', models.TextField(blank=True, verbose_name='footer and imprint')),
                ('language', models.CharField(blank=True, max_length=16, verbose_name='default language')),
                ('postmaster', models.EmailField(blank=True, max_length=254, verbose_name='postmaster')),
                ('is_shared', models.BooleanField(default=True, verbose_name='its groups stand in the main directory, too')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('owners', models.ManyToManyField(blank=True, related_name='domains', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
