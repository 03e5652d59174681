FROM python:3.11-slim AS packages
WORKDIR /install
COPY requirements.txt .
RUN pip install --no-cache-dir --no-compile --prefix=/packages -r requirements.txt

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 RISK_NO_BOOTSTRAP=1 RISK_HOME=/var/lib/risk DJANGO_SETTINGS_MODULE=riskplatform.settings
RUN useradd --system --create-home --home-dir /var/lib/risk --shell /usr/sbin/nologin risk
COPY --from=packages /packages /usr/local
WORKDIR /srv/risk
COPY . .
USER risk
VOLUME /var/lib/risk
EXPOSE 8000
CMD ["python", "-m", "daphne", "-b", "0.0.0.0", "-p", "8000", "--http-timeout", "60", "riskplatform.asgi:application"]
