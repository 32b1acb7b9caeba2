const PHASES: Readonly<Record<string, string>> = {
  dns: "Finding the server",
  connect: "Connecting",
  greeting: "The server's greeting",
  tls: "Encryption",
  starttls: "Encryption",
  capability: "What the server can do",
  ehlo: "What the server can do",
  auth: "Login",
};

const ADVICE: Readonly<Record<string, string>> = {
  authentication:
    "Check the user name and the password. Many providers want an app password, which their settings make for you.",
  dns: "Check the server's name.",
  connection: "Check the server's name and the port.",
  timeout: "Check the server's name and the port, or try again later.",
  tls: "Check the port and the protection; the server's certificate may not be trusted.",
  forbidden:
    "This server or port may not be used here. Whoever runs Mailwright can allow it with MAILWRIGHT_ALLOW_HOSTS and MAILWRIGHT_ALLOW_PORTS.",
  throttled: "The server wants a pause. Try again later.",
  busy: "Another program has the mailbox open. Close it, or try again later.",
};

/** A phase of a connection, as people would say it. */
export function phaseName(phase: string | undefined): string {
  return PHASES[phase ?? ""] ?? "The connection";
}

/** What to do about an error. */
export function adviceFor(code: string): string {
  return ADVICE[code] ?? "Check what you typed, or try again later.";
}
