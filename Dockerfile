# Every VX11 process that lives in a container runs from this one image; the command says which:
#   node workers/main.ts switch
# `npm run image` stages what it copies in .image/ and builds it, with any builder of any Engine since 20.10.
# Where no registry answers, BASE is made from the machine itself (scripts/base-image.mjs).
ARG BASE=node:24-slim
FROM $BASE AS roles
# Memory as in cli/up/lean-node.ts: few heaps for many threads, and what is freed goes back at once.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
# An archive, which ADD unpacks: one file goes to the Engine some seconds faster than thousands.
ADD .image/packages.tar ./
COPY .image/app ./
USER 1000:1000
CMD ["node", "workers/main.ts"]

# madre alone calls Docker Compose, and runs workflows: their bundle is made outside, where the compiler is.
FROM roles AS madre
ENV VX11_COMPOSE_BIN=/usr/local/bin/docker-compose
COPY .image/bin /usr/local/bin
COPY .image/prepared ./prepared
