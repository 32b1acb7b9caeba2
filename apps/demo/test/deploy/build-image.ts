import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** Two minutes where nothing else runs; a machine that needs longer than this for one of its steps reaches no registry. */
const PATIENCE_MS = 900_000;
/** What `deploy/Dockerfile` begins with. */
const BASE = "docker.io/library/node:22-bookworm-slim";

/** An image as it was built, unpacked. */
export interface BuiltImage {
  /** Where its root is. */
  readonly root: string;
  readonly config: ImageConfig;
  remove(): Promise<void>;
}

interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly WorkingDir: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly StopSignal: string;
  readonly Volumes: Readonly<Record<string, unknown>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/**
 * Builds `deploy/Dockerfile` with buildah, which takes each step as Docker does; on a stand-in for the image that it begins
 * with, made of this machine's packages, so that no registry of images is needed.
 */
export async function buildImage(): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-image-"));
  const places = ["--root", join(folder, "store"), "--runroot", join(folder, "run")];
  const buildah = (...args: readonly string[]): Promise<string> => run("buildah", [...places, ...args]);
  await run(join(ROOT, ".ci/stand-in-base"), [join(folder, "base")]);
  // The address of a mirror, where the machine has one; nothing else that npm is told on it, such as passwords.
  const registry = await run("npm", ["config", "get", "registry"]);
  const variables = `NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_registry=${registry}`;
  writeFileSync(join(folder, "Dockerfile"), `FROM scratch\nCOPY base /\nENV ${variables}\n`);
  await buildah("bud", "--quiet", "--file", join(folder, "Dockerfile"), "--tag", BASE, folder);
  const build = ["bud", "--pull-never", "--format", "docker", "--network", "host"];
  await buildah(...build, "--file", join(ROOT, "deploy/Dockerfile"), "--tag", "mailwright", ROOT);
  const { Docker } = JSON.parse(await buildah("inspect", "--type", "image", "localhost/mailwright"));
  const container = await buildah("from", "--pull-never", "localhost/mailwright");
  return {
    root: await buildah("mount", container),
    config: Docker.config,
    async remove() {
      await buildah("rm", "--all");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the machine lacks for {@link buildImage}; in CI no program may be lacking, so there this throws. */
export function missingBuilder(): string | undefined {
  const programs = ["buildah", "dpkg", "setpriv", "strace", "systemd-analyze", "unshare"];
  const lacking = programs.filter((name) => spawnSync("which", [name]).status !== 0);
  if (lacking.length > 0 && process.env["CI"]) throw new Error(`not installed: ${lacking.join(", ")}`);
  const text = lacking.length > 0 ? `not installed: ${lacking.join(", ")}` : missingRight();
  if (text !== undefined) console.log(`SKIPPED: the image was neither built nor run: ${text}`);
  return text;
}

/** What a container that this machine may be does not let its root do. */
function missingRight(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may mount";
  const mounts =
    "mount -t tmpfs tmpfs /mnt && mount --bind /usr /mnt && mount -t proc -o subset=pid proc /proc";
  if (spawnSync("unshare", ["--mount", "sh", "-c", mounts]).status !== 0) return "root may not mount here";
  if (spawnSync("strace", ["-D", "-f", "-o", "/dev/null", "true"]).status !== 0)
    return "root may not trace here";
  return undefined;
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, BUILDAH_ISOLATION: "chroot" };
  const options = { env, encoding: "utf8", timeout: PATIENCE_MS, maxBuffer: 100_000_000 } as const;
  return (await promisify(execFile)(program, [...args], options)).stdout.trim();
}
