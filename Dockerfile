# Every VX11 process in a container runs from this image; the command selects which:
#   node workers/main.ts switch
# `npm run image` stages the files in .image/ and builds it, with any builder of any Engine since 20.10.
# If no registry can be reached, scripts/base-image.mjs makes BASE from the files of this machine.
ARG BASE=node:24-slim
FROM $BASE AS roles
# Memory settings as in cli/up/lean/node.ts: few heaps for many threads, and freed memory is returned at once.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
# Only shubniggurath needs programs of Debian's: ffmpeg, sox and bpm-tools. A base that is made from this machine has them already.
ARG DEBIAN_PACKAGES=
RUN if [ -n "$DEBIAN_PACKAGES" ] && ! command -v ffmpeg > /dev/null; then \
  apt-get update && apt-get install -y --no-install-recommends $DEBIAN_PACKAGES && rm -rf /var/lib/apt/lists/*; fi
WORKDIR /app
# ADD unpacks the archive: sending one file to the Engine is some seconds faster than sending thousands.
ADD .image/packages.tar ./
COPY .image/app ./
USER 1000:1000
CMD ["node", "workers/main.ts"]

# Only madre calls Docker Compose and runs workflows. The bundle of workflows is made outside, where the compiler is.
FROM roles AS madre
ENV VX11_COMPOSE_BIN=/usr/local/bin/docker-compose
COPY .image/bin /usr/local/bin
COPY .image/prepared ./prepared

# All of VX11: also its command line, and Temporal's server. vx11 init compose writes a file that needs only this image.
FROM madre AS complete
ENV VX11_TEMPORAL_BIN=/usr/local/bin/temporal
USER 0:0
# a new volume takes its owner from this folder
RUN mkdir -p /var/lib/temporal && chown 1000:1000 /var/lib/temporal
COPY .image/programs /usr/local/bin
COPY .image/command ./
USER 1000:1000
