# The build needs C for SQLite, and the same glibc as the final image: both are Debian bookworm.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=1 go build -trimpath -ldflags "-s -w" -o /cardstock . && mkdir /empty

FROM debian:bookworm-slim
# For rediss://.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /cardstock /usr/local/bin/cardstock
# A named volume takes over this directory's owner.
COPY --from=build --chown=10001:10001 /empty /data
USER 10001:10001
VOLUME /data
ENV CARDSTOCK_ADDR=0.0.0.0:3000 \
    CARDSTOCK_DB=/data/cardstock.db
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["cardstock", "healthcheck"]
ENTRYPOINT ["cardstock"]
