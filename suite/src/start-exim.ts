import { execFile } from "node:child_process";
import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createEximConfig, type EximLimits } from "./exim-config.js";
import { freePort } from "./free-port.js";
import { IsolatedServer } from "./isolated-server.js";
import { ACCOUNT, CACHE, MAIL, makeFolder, OVERLAY } from "./unpacked.js";

/** Exim for one user: STARTTLS and AUTH on `port`, TLS from the first byte on `tlsPort`. */
export interface EximServer extends AsyncDisposable {
  readonly port: number;
  readonly tlsPort: number;
  /** The certificate, in PEM; its own authority. */
  readonly ca: string;
  readonly user: string;
  readonly password: string;
  /** Maildirs of `ada`, `bob` and `carol`, by their names; the files hold CRLF. */
  readonly maildirRoot: string;
  /** Ends all its processes at once, as a crash does; what it has accepted it keeps. */
  kill(): Promise<void>;
  /** Begins again where it was, on the same ports; resolves when it greets. */
  start(): Promise<void>;
}

const EXIM = `${OVERLAY}
  ldconfig
  grep -q ^Debian-exim: /etc/passwd || echo Debian-exim:x:8:8::/var:/usr/sbin/nologin >>/etc/passwd
  grep -q ^Debian-exim: /etc/group || echo Debian-exim:x:8: >>/etc/group
  cp "$DATA/exim.conf" /etc/exim4/exim4.conf
  # Not in place of this shell: a program that sets its user is not told of its parent's end, and would live on.
  /usr/sbin/exim4 -bdf -q1h &
  wait
`;

/** Exim with mailboxes of its own. Resolves when it greets; needs root. */
export async function startExim(limits: EximLimits = {}): Promise<EximServer> {
  const folder = await makeFolder();
  const data = join(folder, "data");
  for (const name of ["", "spool", "log", "mail", "grey"]) await mkdir(join(data, name));
  const certificate = await createCertificate(data);
  const [port, tlsPort] = [await freePort(), await freePort()];
  await writeFile(join(data, "exim.conf"), createEximConfig({ data, port, tlsPort, ...ACCOUNT, limits }));
  for (const name of ["", "spool", "log", "mail", "grey", "server.key"])
    await chown(join(data, name), MAIL, MAIL);

  let runs = 0;
  const server = new IsolatedServer({
    script: EXIM,
    port,
    environment: () => ({
      PATH: process.env["PATH"] ?? "",
      ROOT: join(CACHE, "exim"),
      OWN: join(folder, String(++runs)),
      DATA: data,
    }),
  });
  await server.start();
  return {
    port,
    tlsPort,
    ca: certificate,
    ...ACCOUNT,
    maildirRoot: join(data, "mail"),
    kill: () => server.kill(),
    start: () => server.start(),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Signed by itself, for `localhost` and `127.0.0.1`. */
async function createCertificate(folder: string): Promise<string> {
  const path = join(folder, "server.pem");
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"],
    ...["-keyout", join(folder, "server.key"), "-out", path, "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
  ]);
  return readFile(path, "utf8");
}
