# The same set-up as on any Debian 12: scripts/setup installs the libraries, the locked dependencies and the fonts.
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
ENV LIANBAN_FONTS=/app/fonts
RUN scripts/setup --runtime && rm -rf /var/lib/apt/lists/* /root/.cache \
    && useradd --system --home-dir /data lianban && install -d -o lianban /data
ENV PATH=/app/.venv/bin:$PATH LC_ALL=C.UTF-8 LIANBAN_DATA=/data LIANBAN_HOST=0.0.0.0
USER lianban
VOLUME /data
EXPOSE 8000
CMD ["lianban", "serve"]
