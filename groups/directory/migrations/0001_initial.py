import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('groups', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text='Its pages are under /c/SLUG/. It stays as it is.', max_length=40, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Lower ones stand first; equals by name.')),
                ('count', models.PositiveIntegerField(default=0, editable=False)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='directory.category')),
            ],
            options={
                'verbose_name_plural': 'categories',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Listing',
            fields=[
                ('group', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='listing', serialize=False, to='groups.group')),
                ('listed', models.BooleanField(default=False)),
                ('name_key', models.CharField(blank=True, max_length=150)),
                ('active_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('letters', models.PositiveIntegerField(default=0)),
                ('letters_30', models.PositiveIntegerField(default=0)),
                ('letters_90', models.PositiveIntegerField(default=0)),
                ('members', models.PositiveIntegerField(default=0)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('language', models.CharField(blank=True, max_length=16)),
                ('joining', models.CharField(blank=True, max_length=12)),
                ('readable', models.BooleanField(default=False)),
                ('similar', models.JSONField(default=list)),
                ('words_key', models.CharField(blank=True, max_length=32)),
                ('stale', models.BooleanField(default=False)),
                ('archive_version', models.PositiveBigIntegerField(default=0)),
                ('group_changed_at', models.DateTimeField(null=True)),
                ('counted_on', models.DateField(null=True)),
                ('compared_on', models.DateField(null=True)),
                ('changed_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('listed', True)), fields=['active_at', 'group'], name='directory_by_active_at'), models.Index(condition=models.Q(('listed', True)), fields=['started_at', 'group'], name='directory_by_started_at'), models.Index(condition=models.Q(('listed', True)), fields=['letters_30', 'group'], name='directory_by_letters_30'), models.Index(condition=models.Q(('listed', True)), fields=['members', 'group'], name='directory_by_members'), models.Index(condition=models.Q(('listed', True)), fields=['name_key', 'group'], name='directory_by_name_key'), models.Index(condition=models.Q(('listed', True)), fields=['compared_on', 'group'], name='directory_by_compared_on'), models.Index(condition=models.Q(('letters_90__gt', 0)), fields=['counted_on'], name='directory_to_count'), models.Index(condition=models.Q(('stale', True)), fields=['group'], name='directory_stale')],
            },
        ),
        migrations.CreateModel(
            name='Spelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('word', models.CharField(max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'word'), name='directory_spelling_once')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('value', models.CharField(max_length=16)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='directory_tally_once')],
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_own', models.BooleanField(default=True)),
                ('category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='shelves', to='directory.category')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shelves', to='groups.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('category', 'group'), name='directory_shelf_once')],
            },
        ),
    ]
