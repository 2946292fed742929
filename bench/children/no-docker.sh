#!/bin/sh
# Stands where Docker would be, for what is measured without it: leaves a file where the bundle would be, and writes
# the command that the container would run to $BENCH_CONTAINER_COMMAND.
for argument in "$@"; do
  case "$argument" in
    *:/asset-output*) : > "${argument%%:/asset-output*}/bundled" ;;
  esac
  last=$argument
done
if [ "$1" = run ] && [ -n "$BENCH_CONTAINER_COMMAND" ]; then
  printf %s "$last" > "$BENCH_CONTAINER_COMMAND"
fi
