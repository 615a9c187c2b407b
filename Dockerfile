# One image for every service; docker-compose.yml says which command each runs.
FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/posthouse --create-home posthouse
COPY --from=build /venv /venv
WORKDIR /app
COPY --chown=root:root . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.base \
    POSTHOUSE_VAR=/var/lib/posthouse
RUN POSTHOUSE_VAR=/tmp/build SECRET_KEY=build python manage.py collectstatic --noinput --verbosity 0 && rm -rf /tmp/build
USER posthouse
VOLUME /var/lib/posthouse
EXPOSE 8000 8024
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "scripts/health.py", "web"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--preload"]
