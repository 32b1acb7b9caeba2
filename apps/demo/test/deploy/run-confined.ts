import { type ChildProcess, spawn } from "node:child_process";
import type { BuiltImage } from "./build-image.js";

/** The image's root may not be written, but for a folder of data and for what is in memory; nothing else of the machine is there. */
const CONTAINER = `
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
mount -t tmpfs tmpfs "$ROOT/tmp"
mount --bind "$DATA" "$ROOT$VOLUME"
mount -o remount,bind,ro "$ROOT"
`;
const ENTER = `
exec setpriv --no-new-privs -- chroot --userspec="$USER" "$ROOT" /usr/bin/env -i --chdir="$WORKDIR" -- "$@"
`;

interface Confined {
  readonly image: BuiltImage;
  /** A folder that stands in for the volume. */
  readonly data: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs a command in an image as the compose file has it run: its user without capabilities, its file system read-only. The
 * process is the program itself: signals reach it.
 */
export function runConfined({ image, data, command, environment }: Confined): ChildProcess {
  const { User: user, WorkingDir: workdir, Env: own, Volumes: volumes } = image.config;
  const variables = [...own, ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
  return inMountNamespace(CONTAINER + ENTER, [...variables, ...command], {
    ROOT: image.root,
    DATA: data,
    VOLUME: Object.keys(volumes)[0] ?? "",
    USER: `${user}:${user}`,
    WORKDIR: workdir,
  });
}

/** Runs a script of the shell whose mounts nobody else sees, and which becomes what it executes at its end. */
export function inMountNamespace(
  script: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): ChildProcess {
  const { PATH = "" } = process.env;
  const shell = ["--mount", "--propagation", "private", "sh", "-ec", script, "sh", ...args];
  return spawn("unshare", shell, { env: { PATH, ...variables }, stdio: "pipe" });
}
